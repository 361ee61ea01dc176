/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "http/hp-engine.h"
#include "http/hp-request-repeat.h"
#include "log/hp-log-address.h"
#include "log/hp-log-format.h"
#include "log/hp-log-view.h"
#include "ui/hp-log-window.h"
#include "ui/hp-request-actions.h"
#include "ui/hp-request-reveal.h"
#include "ui/hp-window.h"

/* Rows that are looked at one by one for each change of the selection, or whose heads are looked up
 * to be copied. Whoever selects more doesn't mean each of them. */
#define MANY 1000

struct _HpRequestActions
{
  GObject parent_instance;

  /* owned */
  HpRequestLog *log; /* nullable */
  HpServer *server;  /* nullable */
  GSignalGroup *server_signals;
  GSignalGroup *log_signals;
  GSimpleActionGroup *group;
  GCancellable *cancellable;
  /* borrowed: the widget owns us */
  GtkWidget *widget;
  HpLogTable *table;
};

G_DEFINE_FINAL_TYPE (HpRequestActions, hp_request_actions, G_TYPE_OBJECT)

static void
toast (GtkWidget *widget, const char *text)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root && HP_IS_WINDOW (root))
    hp_window_toast (HP_WINDOW (root), text);
  else if (root && HP_IS_LOG_WINDOW (root))
    hp_log_window_toast (HP_LOG_WINDOW (root), text);
}

/* The selected rows */

static void
for_each_selected (HpRequestActions *self, GFunc function, gpointer user_data)
{
  GtkSelectionModel *selection = hp_log_table_get_selection (self->table);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (HpLogRow) row = g_list_model_get_item (G_LIST_MODEL (selection), position);

      if (row)
        function (row, user_data);
    }
}

static void
get_first_cb (gpointer data, gpointer user_data)
{
  HpLogRow **first = user_data;

  if (!*first)
    *first = data;
}

/* (transfer full) (nullable): the one that is selected alone. */
static HpLogRow *
get_single (HpRequestActions *self)
{
  HpLogRow *row = NULL;

  if (hp_log_table_get_n_selected (self->table) != 1)
    return NULL;
  for_each_selected (self, get_first_cb, &row);
  return row ? g_object_ref (row) : NULL;
}

/* Addresses */

/* "http://localhost:62893"; NULL where nobody knows it. */
static char *
dup_base (HpServer *server)
{
  char *base = server ? g_strdup (hp_server_get_address (server)) : NULL;
  gsize length = base ? strlen (base) : 0;

  if (length > 0 && base[length - 1] == '/')
    base[length - 1] = '\0';
  return base;
}

char *
hp_request_dup_address (const char *base, const char *target)
{
  GString *address = g_string_new (g_str_has_prefix (target, "http://") ? NULL : base);

  /* "*" of OPTIONS is no path. */
  if (address->len > 0 && target[0] != '/')
    g_string_append_c (address, '/');
  for (; *target != '\0'; target++)
    {
      guchar c = *target;

      if (c > 0x20 && c < 0x7f && strchr ("\"<>\\^`{|}", c) == NULL)
        g_string_append_c (address, c);
      else
        g_string_append_printf (address, "%%%02X", c);
    }
  return g_string_free (address, FALSE);
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error))
    {
      g_autofree char *text = g_strdup_printf (_ ("It could not be opened: %s"), error->message);

      toast (widget, text);
    }
}

void
hp_request_open_target (GtkWidget *widget, HpServer *server, const char *target)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *base = dup_base (server);
  g_autofree char *address = hp_request_dup_address (base, target);

  if (root)
    gtk_show_uri_full (GTK_WINDOW (root), address, GDK_CURRENT_TIME, NULL, shown_cb,
                       g_object_ref (widget));
}

/* Copying */

typedef struct
{
  GString *text;
  HpRequestLog *log;
  const char *base; /* nullable */
} Copy;

/* With its heads, as far as they are kept. (transfer full) (nullable) */
static HpRequestDetails *
get_details (Copy *copy, HpLogRow *row, HpRequestRecord *record)
{
  HpRequestDetails *details = hp_request_log_dup_details (copy->log, hp_log_row_get_seq (row));

  if (details)
    hp_request_details_apply (details, record);
  return details;
}

/* Of a saved request the Host field tells where it went. */
static char *
dup_saved_address (Copy *copy, HpLogRow *row, HpRequestRecord *record)
{
  g_autoptr (HpRequestDetails) details = get_details (copy, row, record);
  g_autofree char *origin = hp_log_dup_origin (record, NULL);

  return hp_log_dup_address (record, origin);
}

static void
begin_line (Copy *copy)
{
  if (copy->text->len > 0)
    g_string_append_c (copy->text, '\n');
}

static void
add_address_cb (gpointer data, gpointer user_data)
{
  Copy *copy = user_data;
  HpRequestRecord record;
  g_autofree char *address = NULL;

  if (!hp_log_row_get_record (data, &record) || !hp_request_record_has_line (&record))
    return;
  begin_line (copy);
  address = copy->base ? hp_request_dup_address (copy->base, record.target)
                       : dup_saved_address (copy, data, &record);
  g_string_append (copy->text, address);
}

static void
add_curl_cb (gpointer data, gpointer user_data)
{
  Copy *copy = user_data;
  g_autoptr (HpRequestDetails) details = NULL;
  HpRequestRecord record;

  if (!hp_log_row_get_record (data, &record) || !hp_request_record_has_line (&record))
    return;
  details = get_details (copy, data, &record);
  begin_line (copy);
  hp_log_format_curl (copy->text, &record, copy->base);
}

static void
tell_no_line (HpRequestActions *self)
{
  toast (self->widget, _ ("This request never said what it asks for."));
}

static void
copy_with (HpRequestActions *self, GFunc add, const char *message)
{
  g_autofree char *base = dup_base (self->server);
  g_autoptr (GString) text = g_string_new (NULL);
  Copy copy = { text, self->log, base };

  for_each_selected (self, add, &copy);
  if (text->len == 0)
    {
      tell_no_line (self);
      return;
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->widget), text->str);
  toast (self->widget, message);
}

static void
copy_address_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;
  guint n = hp_log_table_get_n_selected (self->table);

  copy_with (self, add_address_cb, ngettext ("Copied the address", "Copied the addresses", n));
}

static void
copy_curl_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;
  guint n = hp_log_table_get_n_selected (self->table);

  copy_with (self, add_curl_cb,
             ngettext ("Copied the cURL command", "Copied the cURL commands", n));
}

static void
copy_row_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;

  gtk_widget_activate_action (GTK_WIDGET (self->table), "log.copy-rows", NULL);
}

/* Going there */

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;
  g_autoptr (HpLogRow) row = get_single (self);
  HpRequestRecord record;

  if (!row || !hp_log_row_get_record (row, &record))
    return;
  if (hp_request_record_has_line (&record))
    hp_request_open_target (self->widget, self->server, record.target);
  else
    tell_no_line (self);
}

static void
revealed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  if (!hp_request_reveal_finish (result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    toast (widget, error->message);
}

static void
reveal_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;
  g_autoptr (HpLogRow) row = get_single (self);
  g_autoptr (HpRequestDetails) details = NULL;
  HpRequestRecord record;

  if (!row || !hp_log_row_get_record (row, &record))
    return;
  details = hp_request_log_dup_details (self->log, hp_log_row_get_seq (row));
  hp_request_reveal_async (hp_server_get_folder (self->server), details ? details->file : NULL,
                           record.target, self->cancellable, revealed_cb,
                           g_object_ref (self->widget));
}

/* Once more */

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;

  /* Whatever became of it is in the log; only what never got there is told here. */
  if (!hp_request_repeat_finish (result, &error)
      && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
          || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)))
    {
      g_autofree char *text = g_strdup_printf (_ ("It could not be sent again: %s"),
                                               error->message);

      toast (widget, text);
    }
}

static void
send_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpRequestActions *self = user_data;
  g_autoptr (HpLogRow) row = get_single (self);
  g_autoptr (HpRequestDetails) details = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GError) error = NULL;
  HpRequestRecord record;

  if (!row || !hp_log_row_get_record (row, &record))
    return;
  details = hp_request_log_dup_details (self->log, hp_log_row_get_seq (row));
  if (details)
    hp_request_details_apply (details, &record);
  message = hp_request_repeat_new_message (&record, hp_engine_get_repeat_token (), &error);
  if (!message)
    {
      toast (self->widget, error->message);
      return;
    }
  hp_request_repeat_async (hp_server_get_active_port (self->server), message, self->cancellable,
                           sent_cb, g_object_ref (self->widget));
}

/* Pinning */

static void
all_pinned_cb (gpointer data, gpointer user_data)
{
  gboolean *pinned = user_data;
  HpRequestRecord record;

  if (!hp_log_row_get_record (data, &record) || (record.flags & HP_RECORD_PINNED) == 0)
    *pinned = FALSE;
}

static gboolean
are_pinned (HpRequestActions *self)
{
  gboolean pinned = hp_log_table_get_n_selected (self->table) > 0;

  for_each_selected (self, all_pinned_cb, &pinned);
  return pinned;
}

static void
add_seq_cb (gpointer data, gpointer user_data)
{
  guint64 seq = hp_log_row_get_seq (data);

  g_array_append_val ((GArray *) user_data, seq);
}

/* The log tells of every row, and who hears it may change the selection. */
static void
pin_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  HpRequestActions *self = user_data;
  g_autoptr (GArray) seqs = g_array_new (FALSE, FALSE, sizeof (guint64));

  for_each_selected (self, add_seq_cb, seqs);
  for (guint i = 0; i < seqs->len; i++)
    hp_request_log_set_pinned (self->log, g_array_index (seqs, guint64, i),
                               g_variant_get_boolean (value));
  g_simple_action_set_state (action, value);
}

/* State */

static GSimpleAction *
get_action (HpRequestActions *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->group), name));
}

static void
update (HpRequestActions *self)
{
  guint n = self->log ? hp_log_table_get_n_selected (self->table) : 0;
  gboolean serves = self->server && hp_server_get_active_port (self->server) != 0;

  g_simple_action_set_enabled (get_action (self, "copy-address"), n > 0);
  g_simple_action_set_enabled (get_action (self, "copy-row"), n > 0);
  g_simple_action_set_enabled (get_action (self, "copy-curl"), n > 0 && n <= MANY);
  g_simple_action_set_enabled (get_action (self, "pin"), n > 0);
  g_simple_action_set_enabled (get_action (self, "reveal"), n == 1 && self->server);
  g_simple_action_set_enabled (get_action (self, "open"), n == 1 && serves);
  g_simple_action_set_enabled (get_action (self, "send-again"), n == 1 && serves);
  g_simple_action_set_state (get_action (self, "pin"),
                             g_variant_new_boolean (n > 0 && n <= MANY && are_pinned (self)));
}

void
hp_request_actions_set_log (HpRequestActions *self, HpRequestLog *log, HpServer *server)
{
  g_return_if_fail (HP_IS_REQUEST_ACTIONS (self));
  g_return_if_fail (!log || HP_IS_REQUEST_LOG (log));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->log, log))
    return;
  g_set_object (&self->server, server);
  g_signal_group_set_target (self->server_signals, server);
  g_signal_group_set_target (self->log_signals, log);
  update (self);
}

static void
hp_request_actions_dispose (GObject *object)
{
  HpRequestActions *self = HP_REQUEST_ACTIONS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->server_signals)
    g_signal_group_set_target (self->server_signals, NULL);
  if (self->log_signals)
    g_signal_group_set_target (self->log_signals, NULL);
  g_clear_object (&self->server_signals);
  g_clear_object (&self->log_signals);
  g_clear_object (&self->log);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (hp_request_actions_parent_class)->dispose (object);
}

static void
hp_request_actions_finalize (GObject *object)
{
  HpRequestActions *self = HP_REQUEST_ACTIONS (object);

  g_clear_object (&self->group);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (hp_request_actions_parent_class)->finalize (object);
}

static void
hp_request_actions_class_init (HpRequestActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_request_actions_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_request_actions_finalize;
}

static void
hp_request_actions_init (HpRequestActions *self)
{
  static const GActionEntry entries[] = {
    { "copy-address", copy_address_cb },
    { "copy-row", copy_row_cb },
    { "copy-curl", copy_curl_cb },
    { "open", open_cb },
    { "reveal", reveal_cb },
    { "send-again", send_again_cb },
    { "pin", NULL, NULL, "false", pin_cb },
  };

  self->cancellable = g_cancellable_new ();
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries),
                                   self);
  self->server_signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->server_signals, "notify::active-port", G_CALLBACK (update),
                                  self);
  self->log_signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->log_signals, "row-changed", G_CALLBACK (update), self);
}

HpRequestActions *
hp_request_actions_new (GtkWidget *widget, HpLogTable *table)
{
  HpRequestActions *self;
  GtkSelectionModel *selection;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);
  g_return_val_if_fail (HP_IS_LOG_TABLE (table), NULL);

  self = g_object_new (HP_TYPE_REQUEST_ACTIONS, NULL);
  self->widget = widget;
  self->table = table;
  selection = hp_log_table_get_selection (table);
  g_signal_connect_object (selection, "selection-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_action_group (widget, "request", G_ACTION_GROUP (self->group));
  update (self);
  return self;
}
