/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-client-label.h"
#include "ui/hp-direction.h"
#include "ui/hp-request-summary.h"
#include "ui/hp-request-why-box.h"
#include "ui/hp-timing-bar.h"

/* Characters of hostile text that are worth laying out. */
#define MAX_TITLE 1000
#define MAX_VALUE 2000

typedef enum
{
  FACT_TIMING,
  FACT_SIZE,
  FACT_FILE,
  FACT_TIME,
  FACT_REFERRER,
  FACT_CLIENT,
  FACT_CONNECTION,
  N_FACTS
} Fact;

struct _HpRequestSummary
{
  GtkWidget parent_instance;

  /* owned: our child */
  GtkWidget *scroller;
  /* borrowed: below it */
  GtkWidget *columns;
  GtkWidget *title;
  GtkWidget *status;
  HpRequestWhyBox *why;
  GtkWidget *body_box;
  GtkWidget *body_title;
  GtkWidget *body;
  GtkWidget *facts;
  GtkWidget *names[N_FACTS];
  GtkWidget *values[N_FACTS];
  GtkWidget *timing_bar;
  GtkWidget *reveal_button;
};

G_DEFINE_FINAL_TYPE (HpRequestSummary, hp_request_summary, GTK_TYPE_WIDGET)

/* Takes the text; NULL hides the fact. */
static void
set_fact (HpRequestSummary *self, Fact fact, char *given)
{
  char *text = hp_direction_take (given);

  gtk_widget_set_visible (self->names[fact], text != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (self->values[fact]), text != NULL);
  /* Setting it anew would undo what is selected in it. */
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->values[fact])), text ? text : "") != 0)
    gtk_label_set_text (GTK_LABEL (self->values[fact]), text ? text : "");
  g_free (text);
}

static void
append_part (GString *text, const char *part)
{
  if (!part || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

static char *
format_status (const HpRequestRecord *record)
{
  GString *text = g_string_new (NULL);

  if (record->status != 0)
    g_string_append_printf (text, "%u", record->status);
  /* Of another program's answer the number says all. */
  if (record->reason != HP_REASON_NONE || record->status == 0)
    append_part (text, hp_reason_get_words (record->reason));
  if (record->flags & HP_RECORD_ABORTED)
    append_part (text, _ ("aborted"));
  if (record->flags & HP_RECORD_REPEATED)
    append_part (text, _ ("sent again by Homeport"));
  if (record->flags & HP_RECORD_NOISE)
    append_part (text, _ ("asked for by the browser itself"));
  return g_string_free (text, FALSE);
}

/* Of a file that may be old the day is worth telling. */
static char *
format_moment (const HpRequestRecord *record, gboolean with_day)
{
  g_autofree char *time = hp_log_format_time (record->time_us);
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *day = NULL;

  if (with_day)
    moment = g_date_time_new_from_unix_local (record->time_us / G_USEC_PER_SEC);
  if (!moment)
    return g_steal_pointer (&time);
  day = g_date_time_format (moment, "%x");
  return g_strdup_printf ("%s · %s", day, time);
}

/* A number and its unit stay in one line. */
static char *
format_duration (guint32 us)
{
  g_autofree char *text = hp_log_format_duration (us);
  g_auto (GStrv) pieces = g_strsplit (text, " ", -1);

  return g_strjoinv ("\u00a0", pieces);
}

static char *
format_timing (const HpRequestRecord *record)
{
  guint32 first_us = MIN (record->first_byte_us, record->duration_us);
  g_autofree char *first = format_duration (first_us);
  g_autofree char *body = format_duration (record->duration_us - first_us);
  g_autofree char *total = format_duration (record->duration_us);

  if (record->first_byte_us == 0)
    return g_strdup_printf (_ ("total %s"), total);
  /* Translators: durations: until the first byte of the answer, of the rest, and of both. */
  return g_strdup_printf (_ ("first byte %s · body %s · total %s"), first, body, total);
}

static char *
format_size (const HpRequestRecord *record)
{
  g_autofree char *size = g_format_size (record->bytes);
  g_autofree char *type = NULL;

  if (!record->media_type)
    return g_steal_pointer (&size);
  type = hp_log_format_visible (record->media_type, MAX_VALUE);
  return g_strdup_printf ("%s · %s", size, type);
}

static char *
format_client (const HpRequestRecord *record)
{
  g_autofree char *agent = hp_log_format_visible (record->user_agent, MAX_VALUE);
  g_autofree char *program = hp_client_label_dup_program (record);
  g_autofree char *client = hp_log_format_visible (record->client, MAX_VALUE);
  GString *text = g_string_new (NULL);

  append_part (text, program);
  append_part (text, client);
  append_part (text, agent);
  if (text->len > 0)
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

static char *
format_connection (const HpRequestRecord *record)
{
  GString *text;

  if (record->connection == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text,
                          (record->flags & HP_RECORD_REUSED) != 0
                              /* Translators: the number of a connection. */
                              ? _ ("number %u, used again")
                              : _ ("number %u, new"),
                          record->connection);
  if (record->client_port != 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, _ ("from port %u"), record->client_port);
    }
  return g_string_free (text, FALSE);
}

/* Lines end where they do, as long as nothing else of them is hidden. */
static void
append_lines (GString *text, const char *bytes)
{
  g_auto (GStrv) lines = g_strsplit (bytes, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      gsize length = strlen (lines[i]);
      g_autofree char *line = NULL;

      if (lines[i + 1] && length > 0 && lines[i][length - 1] == '\r')
        lines[i][length - 1] = '\0';
      line = hp_log_format_visible (lines[i], 0);
      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
}

/* Any bytes, also NUL, made visible. */
static char *
format_bytes (const char *bytes, guint length)
{
  g_autofree char *copy = g_strndup (bytes, length);
  g_autoptr (GString) text = g_string_new (NULL);

  memcpy (copy, bytes, length);
  for (guint i = 0; i < length; i += strlen (copy + i) + 1)
    {
      if (i > 0)
        g_string_append (text, "\\x00");
      append_lines (text, copy + i);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_body (HpRequestSummary *self, const HpRequestRecord *record)
{
  g_autofree char *text = NULL;
  g_autofree char *size = NULL;
  g_autofree char *title = NULL;

  gtk_widget_set_visible (self->body_box, record->body_length > 0);
  if (record->body_length == 0)
    return;

  text = format_bytes (record->body, record->body_length);
  size = g_format_size (record->body_length);
  /* Translators: what a request brought along; %s is how much of it was kept. */
  title = g_strdup_printf (_ ("Content of the Request, %s"), size);
  gtk_label_set_text (GTK_LABEL (self->body_title), title);
  gtk_label_set_text (GTK_LABEL (self->body), text);
}

void
hp_request_summary_show (HpRequestSummary *self,
                         HpServer *server,
                         const HpRequestRecord *record,
                         gboolean has_details)
{
  g_autofree char *method = NULL;
  g_autofree char *target = NULL;
  g_autofree char *title = NULL;
  g_autofree char *status = NULL;

  g_return_if_fail (HP_IS_REQUEST_SUMMARY (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  method = hp_log_format_visible (record->method, 40);
  target = hp_log_format_visible (record->target, MAX_TITLE);
  title = g_strdup_printf ("%s %s", method, target);
  status = format_status (record);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->status), status);
  gtk_widget_set_visible (GTK_WIDGET (self->why), server || record->reason != HP_REASON_NONE);
  hp_request_why_box_show (self->why, server, record);
  show_body (self, record);

  hp_timing_bar_set_times (HP_TIMING_BAR (self->timing_bar), record->first_byte_us,
                           record->duration_us);
  set_fact (self, FACT_TIMING, format_timing (record));
  set_fact (self, FACT_SIZE, format_size (record));
  if (record->file)
    set_fact (self, FACT_FILE, hp_log_format_visible (record->file, MAX_VALUE));
  else
    set_fact (self, FACT_FILE, has_details || !server ? NULL : g_strdup (_ ("no longer kept")));
  gtk_widget_set_visible (self->reveal_button, server && record->file);
  set_fact (self, FACT_TIME, format_moment (record, !server));
  set_fact (self, FACT_REFERRER,
            record->referrer ? hp_log_format_visible (record->referrer, MAX_VALUE) : NULL);
  set_fact (self, FACT_CLIENT, format_client (record));
  set_fact (self, FACT_CONNECTION, format_connection (record));
}

void
hp_request_summary_update_client (HpRequestSummary *self, const HpRequestRecord *record)
{
  g_return_if_fail (HP_IS_REQUEST_SUMMARY (self));

  set_fact (self, FACT_CLIENT, format_client (record));
}

void
hp_request_summary_set_narrow (HpRequestSummary *self, gboolean narrow)
{
  GtkLayoutManager *layout;

  g_return_if_fail (HP_IS_REQUEST_SUMMARY (self));

  layout = gtk_widget_get_layout_manager (self->columns);
  g_object_set (gtk_layout_manager_get_layout_child (layout, self->facts), "column", narrow ? 0 : 1,
                "row", narrow ? 1 : 0, NULL);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->columns), !narrow);
}

/* Making it */

static GtkWidget *
create_label (const char *css_class, gboolean selectable)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), selectable);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
add_fact (HpRequestSummary *self, Fact fact, const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->names[fact] = create_label ("fact-name", FALSE);
  gtk_label_set_text (GTK_LABEL (self->names[fact]), name);
  self->values[fact] = create_label ("numeric", TRUE);
  gtk_widget_set_hexpand (self->values[fact], TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->values[fact]),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
  gtk_box_append (GTK_BOX (box), self->values[fact]);
  gtk_grid_attach (GTK_GRID (self->facts), self->names[fact], 0, fact, 1, 1);
  gtk_grid_attach (GTK_GRID (self->facts), box, 1, fact, 1, 1);
}

static GtkWidget *
create_facts (HpRequestSummary *self)
{
  GtkWidget *timing;

  self->facts = gtk_grid_new ();
  gtk_grid_set_row_spacing (GTK_GRID (self->facts), 6);
  gtk_grid_set_column_spacing (GTK_GRID (self->facts), 12);
  gtk_widget_set_hexpand (self->facts, TRUE);
  gtk_widget_set_valign (self->facts, GTK_ALIGN_START);
  add_fact (self, FACT_TIMING, C_ ("request", "Timing"));
  add_fact (self, FACT_SIZE, C_ ("request", "Answer"));
  add_fact (self, FACT_FILE, C_ ("request", "File"));
  add_fact (self, FACT_TIME, C_ ("request", "Time"));
  add_fact (self, FACT_REFERRER, C_ ("request", "Referrer"));
  add_fact (self, FACT_CLIENT, C_ ("request", "Client"));
  add_fact (self, FACT_CONNECTION, C_ ("request", "Connection"));

  self->timing_bar = hp_timing_bar_new ();
  timing = gtk_widget_get_parent (self->values[FACT_TIMING]);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (timing), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_margin_top (self->timing_bar, 5);
  gtk_box_prepend (GTK_BOX (timing), self->timing_bar);

  self->reveal_button = gtk_button_new_with_label (C_ ("button", "Reveal"));
  gtk_widget_set_tooltip_text (self->reveal_button, _ ("Show the File in Its Folder"));
  gtk_widget_set_valign (self->reveal_button, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->reveal_button, "small-button");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->reveal_button), "request.reveal");
  gtk_box_append (GTK_BOX (gtk_widget_get_parent (self->values[FACT_FILE])), self->reveal_button);
  return self->facts;
}

static GtkWidget *
create_story (HpRequestSummary *self)
{
  GtkWidget *story = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->title = create_label ("request-title", TRUE);
  gtk_widget_add_css_class (self->title, "monospace");
  gtk_label_set_lines (GTK_LABEL (self->title), 4);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  self->status = create_label ("fact-name", FALSE);
  self->why = HP_REQUEST_WHY_BOX (hp_request_why_box_new ());

  self->body_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->body_title = create_label ("heading", FALSE);
  self->body = create_label ("monospace", TRUE);
  gtk_box_append (GTK_BOX (self->body_box), self->body_title);
  gtk_box_append (GTK_BOX (self->body_box), self->body);

  gtk_widget_set_hexpand (story, TRUE);
  gtk_box_append (GTK_BOX (story), self->title);
  gtk_box_append (GTK_BOX (story), self->status);
  gtk_box_append (GTK_BOX (story), GTK_WIDGET (self->why));
  gtk_box_append (GTK_BOX (story), self->body_box);
  return story;
}

static void
hp_request_summary_dispose (GObject *object)
{
  g_clear_pointer (&HP_REQUEST_SUMMARY (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_request_summary_parent_class)->dispose (object);
}

static void
hp_request_summary_class_init (HpRequestSummaryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_request_summary_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "requestsummary");
}

static void
hp_request_summary_init (HpRequestSummary *self)
{
  /* Not a box: newer GTK asks its children how wide they are for a height, which is not theirs. */
  self->columns = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (self->columns), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (self->columns), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self->columns), 18);
  gtk_widget_add_css_class (self->columns, "summary");
  gtk_grid_attach (GTK_GRID (self->columns), create_story (self), 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (self->columns), create_facts (self), 1, 0, 1, 1);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->columns);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}
