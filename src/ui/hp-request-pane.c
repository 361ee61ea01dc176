/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-view.h"
#include "ui/hp-client-label.h"
#include "ui/hp-field-list.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-request-pane.h"
#include "ui/hp-request-summary.h"
#include "ui/hp-wrap-box.h"

/* Pixels: below, everything stands in one column, and some buttons are in the menu only. */
#define COLUMNS_WIDTH 600

/* The least width, when everything stands in one column. */
#define PANE_MIN_WIDTH 320

struct _HpRequestPane
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log; /* nullable */
  HpServer *server;  /* nullable */
  HpLogRow *row;     /* the one that is shown; NULL: none */
  char *tab;
  /* borrowed: it lives as long as we do, and is our neighbour */
  HpLogTable *table;

  /* template */
  GtkWidget *content;
  GtkWidget *back_button;
  GtkWidget *wide_buttons;
  GtkWidget *send_button;
  GtkMenuButton *menu_button;
  GtkStack *stack;
  HpRequestSummary *summary;
  HpFieldList *request_fields;
  HpFieldList *response_fields;
  GtkLabel *nothing;
  GMenuModel *request_menu;

  guint width_source; /* 0 unless a new width waits to be used */
  gboolean narrow;
  gboolean wanted_narrow;
  gboolean covering;
};

enum
{
  PROP_0,
  PROP_TAB,
  PROP_COVERING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpRequestPane, hp_request_pane, GTK_TYPE_WIDGET)

/* What is shown */

/* (transfer full) (nullable): the row that is selected alone. */
static HpLogRow *
get_row (HpRequestPane *self)
{
  GtkSelectionModel *selection = hp_log_table_get_selection (self->table);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);

  if (gtk_bitset_get_size (selected) != 1)
    return NULL;
  return g_list_model_get_item (G_LIST_MODEL (selection), gtk_bitset_get_minimum (selected));
}

static void
show_nothing (HpRequestPane *self)
{
  guint n = hp_log_table_get_n_selected (self->table);
  g_autofree char *many = g_strdup_printf (
      ngettext ("%u request selected", "%u requests selected", n), n);

  g_clear_object (&self->row);
  gtk_label_set_text (self->nothing, n > 1 ? many : _ ("Select a request to see all about it"));
  gtk_stack_set_visible_child_name (self->stack, "nothing");
}

static void
show_row (HpRequestPane *self)
{
  g_autoptr (HpRequestDetails) details = NULL;
  const char *unknown = self->server ? _ ("No longer kept") : _ ("Not known");
  const char *why_not = unknown;
  HpRequestRecord record;

  if (!hp_log_row_get_record (self->row, &record))
    {
      show_nothing (self);
      return;
    }
  details = hp_request_log_dup_details (self->log, hp_log_row_get_seq (self->row));
  if (details)
    hp_request_details_apply (details, &record);
  if (details && record.status == 0)
    why_not = _ ("There was no answer");
  hp_request_summary_show (self->summary, self->server, &record, details != NULL);
  hp_field_list_set_fields (self->request_fields, record.request_fields, unknown);
  hp_field_list_set_fields (self->response_fields, record.response_fields, why_not);
  gtk_stack_set_visible_child_name (self->stack, self->tab);
}

/* Rows that nobody sees aren't looked up. */
static void
update (HpRequestPane *self)
{
  g_autoptr (HpLogRow) row = NULL;

  if (!self->log || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  row = get_row (self);
  if (!row)
    show_nothing (self);
  else if (g_set_object (&self->row, row))
    show_row (self);
}

/* The program of the client may be known now. */
static void
named_cb (HpRequestPane *self)
{
  HpRequestRecord record;

  if (self->row && hp_log_row_get_record (self->row, &record)
      && (record.flags & HP_RECORD_SAVED) == 0)
    hp_request_summary_update_client (self->summary, &record);
}

static void
set_tab (HpRequestPane *self, const char *tab)
{
  if (g_strcmp0 (self->tab, tab) == 0 || !gtk_stack_get_child_by_name (self->stack, tab))
    return;
  g_free (self->tab);
  self->tab = g_strdup (tab);
  if (self->row)
    gtk_stack_set_visible_child_name (self->stack, tab);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAB]);
}

void
hp_request_pane_set_log (HpRequestPane *self, HpRequestLog *log, HpServer *server)
{
  g_return_if_fail (HP_IS_REQUEST_PANE (self));
  g_return_if_fail (!log || HP_IS_REQUEST_LOG (log));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->log, log))
    return;
  g_set_object (&self->server, server);
  gtk_widget_set_tooltip_text (
      self->send_button, !log || server ? NULL : _ ("This log is from a file, not from a server"));
  g_clear_object (&self->row);
  update (self);
}

/* Size */

/* How much bigger than usual people want their letters. */
static double
get_text_scale (HpRequestPane *self)
{
  int dpi;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return MAX (dpi / (96.0 * PANGO_SCALE), 1);
}

static gboolean
use_width_cb (gpointer user_data)
{
  HpRequestPane *self = user_data;

  self->width_source = 0;
  self->narrow = self->wanted_narrow;
  hp_request_summary_set_narrow (self->summary, self->narrow);
  hp_field_list_set_narrow (self->request_fields, self->narrow);
  hp_field_list_set_narrow (self->response_fields, self->narrow);
  for (GtkWidget *button = gtk_widget_get_first_child (self->wide_buttons); button;
       button = gtk_widget_get_next_sibling (button))
    gtk_widget_set_visible (button, !self->narrow);
  return G_SOURCE_REMOVE;
}

static void
hp_request_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpRequestPane *self = HP_REQUEST_PANE (widget);
  int minimum;

  gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_allocate (self->content, MAX (width, minimum), height, baseline, NULL);

  /* Children must not change while they are being allocated; before the next frame they may. */
  self->wanted_narrow = width < COLUMNS_WIDTH * get_text_scale (self);
  if (self->wanted_narrow != self->narrow && self->width_source == 0)
    self->width_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, use_width_cb, self, NULL);
}

/* What is shown only where there is room for it doesn't keep the window from becoming narrow. */
static void
hp_request_pane_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  HpRequestPane *self = HP_REQUEST_PANE (widget);
  int extra;

  gtk_widget_measure (self->content, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    return;
  gtk_widget_measure (self->wide_buttons, orientation, -1, &extra, NULL, NULL, NULL);
  *minimum = self->narrow ? *minimum : MIN (*minimum - extra, PANE_MIN_WIDTH);
}

static void
hp_request_pane_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_request_pane_parent_class)->map (widget);
  update (HP_REQUEST_PANE (widget));
}

/* The object */

static void
hp_request_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpRequestPane *self = HP_REQUEST_PANE (object);

  switch (id)
    {
    case PROP_TAB:
      g_value_set_string (value, self->tab);
      break;
    case PROP_COVERING:
      g_value_set_boolean (value, self->covering);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_request_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpRequestPane *self = HP_REQUEST_PANE (object);

  switch (id)
    {
    case PROP_TAB:
      set_tab (self, g_value_get_string (value));
      break;
    case PROP_COVERING:
      if (self->covering != g_value_get_boolean (value))
        {
          self->covering = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_request_pane_dispose (GObject *object)
{
  HpRequestPane *self = HP_REQUEST_PANE (object);

  g_clear_handle_id (&self->width_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_REQUEST_PANE);
  g_clear_object (&self->row);
  g_clear_object (&self->log);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (hp_request_pane_parent_class)->dispose (object);
}

static void
hp_request_pane_finalize (GObject *object)
{
  g_free (HP_REQUEST_PANE (object)->tab);
  G_OBJECT_CLASS (hp_request_pane_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (HP_TYPE_FIELD_LIST);
  g_type_ensure (HP_TYPE_REQUEST_SUMMARY);
  g_type_ensure (HP_TYPE_WRAP_BOX);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-request-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, content);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, back_button);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, wide_buttons);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, send_button);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, stack);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, summary);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, request_fields);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, response_fields);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, nothing);
  gtk_widget_class_bind_template_child (widget_class, HpRequestPane, request_menu);
}

static void
hp_request_pane_class_init (HpRequestPaneClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_request_pane_get_property;
  object_class->set_property = hp_request_pane_set_property;
  object_class->dispose = hp_request_pane_dispose;
  object_class->finalize = hp_request_pane_finalize;
  widget_class->measure = hp_request_pane_measure;
  widget_class->size_allocate = hp_request_pane_size_allocate;
  widget_class->map = hp_request_pane_map;

  properties[PROP_TAB] = g_param_spec_string ("tab", NULL, NULL, "summary", flags);
  properties[PROP_COVERING] = g_param_spec_boolean ("covering", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_install_property_action (widget_class, "pane.tab", "tab");
  gtk_widget_class_set_css_name (widget_class, "requestpane");
  bind_template (widget_class);
}

static void
hp_request_pane_init (HpRequestPane *self)
{
  self->tab = g_strdup ("summary");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_init_template (GTK_WIDGET (self));
  hp_menu_button_set_lazy_menu (self->menu_button, self->request_menu);
  hp_field_list_set_label (self->request_fields, _ ("Find in the request’s fields"));
  hp_field_list_set_label (self->response_fields, _ ("Find in the response’s fields"));
}

GtkWidget *
hp_request_pane_new (HpLogTable *table)
{
  HpRequestPane *self = g_object_new (HP_TYPE_REQUEST_PANE, NULL);
  GtkSelectionModel *selection = hp_log_table_get_selection (table);

  self->table = table;
  g_signal_connect_object (selection, "selection-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  if (hp_client_label_get_names ())
    g_signal_connect_object (hp_client_label_get_names (), "named", G_CALLBACK (named_cb), self,
                             G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
