/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-query.h"
#include "ui/hp-direction.h"
#include "ui/hp-help.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-log-completer.h"
#include "ui/hp-log-filter-bar.h"
#include "ui/hp-log-filter-entry.h"
#include "ui/hp-log-filter-text.h"
#include "ui/hp-wrap-box.h"

/* Milliseconds: filtering waits for the end of a burst of keys, and what is wrong is told only when
 * somebody seems to have stopped in the middle. */
#define APPLY_DELAY 120
#define ERROR_DELAY 700

/* Pixels between the parts, and what the entry wants beside the chips. */
#define SPACING     6
#define ENTRY_WIDTH 220

struct _HpLogFilterBar
{
  GtkWidget parent_instance;

  /* template */
  HpLogFilterEntry *entry;
  GtkWidget *chips;
  GtkWidget *buttons;
  GtkWidget *pause_button;
  GtkWidget *follow_button;
  GtkWidget *clear_button;
  GtkMenuButton *menu_button;
  GMenuModel *menu;
  GtkLabel *error;

  /* borrowed: in "chips" */
  GtkWidget *chip_buttons[HP_N_LOG_CHIPS];
  /* owned */
  HpLogTable *table;
  HpLogCompleter *completer;
  GSignalGroup *log_signals;
  HpLogQuery *query; /* the last good one, which the table uses */

  guint apply_source; /* 0 unless a text waits */
  guint error_source; /* 0 unless an error waits */
  gboolean updating_chips;
};

enum
{
  PROP_0,
  PROP_TABLE,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogFilterBar, hp_log_filter_bar, GTK_TYPE_WIDGET)

static GQuark
text_quark (void)
{
  return g_quark_from_static_string ("hp-log-filter-text");
}

/* The count */

static void
update_count (HpLogFilterBar *self)
{
  guint shown = hp_log_table_get_n_shown (self->table);
  guint total = hp_log_table_get_n_rows (self->table);
  g_autofree char *text = NULL;

  /* Translators: so many requests match the filter, of all there are: "1,204 of 18,204". */
  if (self->query && !hp_log_query_is_empty (self->query))
    text = g_strdup_printf (_ ("%'u of %'u"), shown, total);
  hp_log_filter_entry_set_count (self->entry, text);
}

/* Errors */

static void
hide_error (HpLogFilterBar *self)
{
  g_clear_handle_id (&self->error_source, g_source_remove);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->error)))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
  hp_log_filter_entry_set_error (self->entry, NULL, 0);
}

static gboolean
show_error_cb (gpointer user_data)
{
  HpLogFilterBar *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HpLogQuery) query = NULL;
  guint offset = 0;

  self->error_source = 0;
  /* Somebody is about to choose how it goes on: "status:" isn't wrong, then, but half of it. */
  if (hp_log_completer_get_shown (self->completer))
    return G_SOURCE_REMOVE;
  query = hp_log_query_new (hp_log_filter_entry_get_text (self->entry), &offset, &error);
  if (query)
    return G_SOURCE_REMOVE;
  hp_direction_set_text (self->error, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
  hp_log_filter_entry_set_error (self->entry, error->message, offset);
  return G_SOURCE_REMOVE;
}

static void
show_error_later (HpLogFilterBar *self)
{
  g_clear_handle_id (&self->error_source, g_source_remove);
  self->error_source = g_timeout_add (ERROR_DELAY, show_error_cb, self);
}

/* Filtering */

static void
remember (HpLogFilterBar *self, const char *text)
{
  HpRequestLog *log = hp_log_table_get_log (self->table);

  if (log)
    g_object_set_qdata_full (G_OBJECT (log), text_quark (), g_strdup (text), g_free);
}

/* FALSE: the text is no query, and the last one that was goes on. */
static gboolean
apply (HpLogFilterBar *self)
{
  const char *text = hp_log_filter_entry_get_text (self->entry);
  g_autoptr (HpLogQuery) query = NULL;

  g_clear_handle_id (&self->apply_source, g_source_remove);
  query = hp_log_query_new (text, NULL, NULL);
  if (!query)
    return FALSE;

  hide_error (self);
  remember (self, text);
  g_clear_pointer (&self->query, hp_log_query_unref);
  self->query = g_steal_pointer (&query);
  hp_log_table_set_query (self->table, self->query);
  update_count (self);
  return TRUE;
}

static gboolean
apply_cb (gpointer user_data)
{
  HpLogFilterBar *self = user_data;

  self->apply_source = 0;
  if (!apply (self))
    show_error_later (self);
  return G_SOURCE_REMOVE;
}

static void
apply_now (HpLogFilterBar *self)
{
  if (!apply (self))
    {
      g_clear_handle_id (&self->error_source, g_source_remove);
      show_error_cb (self);
    }
}

/* Chips */

static void
update_chips (HpLogFilterBar *self)
{
  HpLogChip chip = hp_log_filter_text_get_chip (hp_log_filter_entry_get_text (self->entry));
  gboolean focused = gtk_widget_get_focus_child (self->chips) != NULL;

  self->updating_chips = TRUE;
  for (HpLogChip i = 0; i < HP_N_LOG_CHIPS; i++)
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chip_buttons[i]), i == chip);
      /* One stop of Tab for all: the arrow keys go on from there. */
      gtk_widget_set_focusable (self->chip_buttons[i], i == chip);
    }
  self->updating_chips = FALSE;
  if (focused)
    gtk_widget_grab_focus (self->chip_buttons[chip]);
}

static void
set_chip (HpLogFilterBar *self, HpLogChip chip)
{
  g_autofree char *text = hp_log_filter_text_set_chip (hp_log_filter_entry_get_text (self->entry),
                                                       chip);

  hp_log_filter_bar_set_text (self, text);
  update_chips (self);
}

static void
chip_toggled_cb (HpLogFilterBar *self, GtkWidget *button)
{
  if (self->updating_chips)
    return;
  for (HpLogChip i = 0; i < HP_N_LOG_CHIPS; i++)
    if (self->chip_buttons[i] == button)
      set_chip (self, i);
}

static gboolean
chip_key_cb (GtkEventControllerKey *controller,
             guint key,
             guint code,
             GdkModifierType modifiers,
             HpLogFilterBar *self)
{
  gboolean rtl = gtk_widget_get_direction (self->chips) == GTK_TEXT_DIR_RTL;
  int chip = hp_log_filter_text_get_chip (hp_log_filter_entry_get_text (self->entry));
  int step = 0;

  if (modifiers & gtk_accelerator_get_default_mod_mask ())
    return FALSE;
  if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    step = rtl ? -1 : 1;
  else if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    step = rtl ? 1 : -1;
  if (step == 0)
    return FALSE;
  set_chip (self, (chip + step + HP_N_LOG_CHIPS) % HP_N_LOG_CHIPS);
  return TRUE;
}

static void
update_problems (HpLogFilterBar *self)
{
  HpRequestLog *log = hp_log_table_get_log (self->table);
  guint64 n = log ? hp_request_log_get_n_problems (log) : 0;
  GtkWidget *button = self->chip_buttons[HP_LOG_CHIP_PROBLEMS];
  g_autofree char *text = n > 0 ? g_strdup_printf (_ ("Problems %'lu"), (gulong) n) : NULL;
  const char *label = text ? text : _ ("Problems");

  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), label) == 0)
    return;
  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
create_chips (HpLogFilterBar *self)
{
  const char *labels[HP_N_LOG_CHIPS] = {
    /* Translators: kinds of requests, as short as they can be. */
    [HP_LOG_CHIP_ALL] = C_ ("requests", "All"),
    [HP_LOG_CHIP_PROBLEMS] = _ ("Problems"),
    [HP_LOG_CHIP_PAGES] = _ ("Pages"),
    [HP_LOG_CHIP_ASSETS] = _ ("Assets"),
  };
  GtkEventController *keys = gtk_event_controller_key_new ();

  for (HpLogChip i = 0; i < HP_N_LOG_CHIPS; i++)
    {
      GtkWidget *button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "label", labels[i],
                                        "accessible-role", GTK_ACCESSIBLE_ROLE_RADIO, NULL);

      gtk_widget_add_css_class (button, "chip");
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button),
                                     GTK_TOGGLE_BUTTON (self->chip_buttons[0]));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      labels[i], -1);
      gtk_widget_set_parent (button, self->chips);
      self->chip_buttons[i] = button;
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->chip_buttons[0]), TRUE);
  for (HpLogChip i = 0; i < HP_N_LOG_CHIPS; i++)
    g_signal_connect_object (self->chip_buttons[i], "clicked", G_CALLBACK (chip_toggled_cb), self,
                             G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (chip_key_cb), self, 0);
  gtk_widget_add_controller (self->chips, keys);
}

/* The entry */

static void
changed_cb (HpLogFilterBar *self)
{
  update_chips (self);
  hide_error (self);
  g_clear_handle_id (&self->apply_source, g_source_remove);
  if (self->table)
    self->apply_source = g_timeout_add (APPLY_DELAY, apply_cb, self);
}

/* What has been typed in the meantime is looked at anyway. */
static void
completions_hidden_cb (HpLogFilterBar *self)
{
  if (self->completer && self->apply_source == 0)
    show_error_later (self);
}

/* First the text goes, then the focus. */
static void
escaped_cb (HpLogFilterBar *self)
{
  if (*hp_log_filter_entry_get_text (self->entry) != '\0')
    hp_log_filter_bar_set_text (self, "");
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
connect_entry (HpLogFilterBar *self)
{
  GtkEditable *editable = hp_log_filter_entry_get_editable (self->entry);

  self->completer = hp_log_completer_new (editable, GTK_WIDGET (self));
  g_signal_connect_object (self->completer, "hidden", G_CALLBACK (completions_hidden_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "escaped", G_CALLBACK (escaped_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (editable, "activate", G_CALLBACK (apply_now), self, G_CONNECT_SWAPPED);
}

/* Size: [entry chips buttons], or [entry buttons] [chips]; then what is wrong. */

typedef struct
{
  int entry_height;
  int chips_width;
  int chips_height;
  int buttons_width;
  gboolean one_line;
  gboolean chips;
} Layout;

static int
measure_height (GtkWidget *widget, int width)
{
  int height;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

static Layout
lay_out (HpLogFilterBar *self, int width)
{
  Layout layout = { .chips = gtk_widget_should_layout (self->chips) };
  int buttons_height = measure_height (self->buttons, -1);

  gtk_widget_measure (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &layout.buttons_width,
                      NULL, NULL);
  if (layout.chips)
    gtk_widget_measure (self->chips, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &layout.chips_width,
                        NULL, NULL);
  layout.entry_height = MAX (measure_height (GTK_WIDGET (self->entry), -1), buttons_height);
  layout.one_line = !layout.chips || width < 0
                    || width
                           >= ENTRY_WIDTH + layout.chips_width + layout.buttons_width + 2 * SPACING;
  if (layout.chips && !layout.one_line)
    {
      layout.chips_width = MIN (layout.chips_width, width);
      layout.chips_height = measure_height (self->chips, layout.chips_width);
    }
  return layout;
}

static GtkSizeRequestMode
hp_log_filter_bar_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hp_log_filter_bar_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  HpLogFilterBar *self = HP_LOG_FILTER_BAR (widget);
  Layout layout = lay_out (self, orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1);
  int entry;
  int chips = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = layout.entry_height;
      if (layout.chips && !layout.one_line)
        *minimum += SPACING + layout.chips_height;
      if (gtk_widget_should_layout (GTK_WIDGET (self->error)))
        *minimum += SPACING + measure_height (GTK_WIDGET (self->error), for_size);
      *natural = *minimum;
      return;
    }

  gtk_widget_measure (GTK_WIDGET (self->entry), orientation, -1, &entry, NULL, NULL, NULL);
  if (layout.chips)
    gtk_widget_measure (self->chips, orientation, -1, &chips, NULL, NULL, NULL);
  *minimum = MAX (entry + SPACING + layout.buttons_width, chips);
  *natural = MAX (*minimum,
                  ENTRY_WIDTH + SPACING + layout.chips_width + SPACING + layout.buttons_width);
}

/* x as in a left-to-right bar */
static void
place_child (HpLogFilterBar *self, GtkWidget *child, int x, int y, int width, int height)
{
  GtkAllocation place = { x, y, width, height };

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    place.x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &place, -1);
}

static void
hp_log_filter_bar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogFilterBar *self = HP_LOG_FILTER_BAR (widget);
  Layout layout = lay_out (self, width);
  int beside = layout.buttons_width + SPACING
               + (layout.chips && layout.one_line ? layout.chips_width + SPACING : 0);
  int entry_width = MAX (0, width - beside);
  int y = layout.entry_height + SPACING;
  GdkRectangle below;

  place_child (self, GTK_WIDGET (self->entry), 0, 0, entry_width, layout.entry_height);
  place_child (self, self->buttons, width - layout.buttons_width, 0, layout.buttons_width,
               layout.entry_height);
  if (layout.chips && layout.one_line)
    place_child (self, self->chips, entry_width + SPACING, 0, layout.chips_width,
                 layout.entry_height);
  else if (layout.chips)
    {
      place_child (self, self->chips, 0, y, layout.chips_width, layout.chips_height);
      y += layout.chips_height + SPACING;
    }
  if (gtk_widget_should_layout (GTK_WIDGET (self->error)))
    place_child (self, GTK_WIDGET (self->error), 0, y, width, MAX (0, height - y));

  below = (GdkRectangle){ 0, 0, entry_width, layout.entry_height };
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    below.x = width - entry_width;
  hp_log_completer_place (self->completer, &below);
}

/* The table */

static void
log_cb (HpLogFilterBar *self)
{
  HpRequestLog *log = hp_log_table_get_log (self->table);
  const char *text = log ? g_object_get_qdata (G_OBJECT (log), text_quark ()) : NULL;

  g_signal_group_set_target (self->log_signals, log);
  hp_log_completer_set_log (self->completer, log);
  hp_log_filter_entry_set_text (self->entry, text ? text : "");
  hp_log_completer_hide (self->completer);
  apply (self);
  update_problems (self);
}

static void
filter_cb (HpLogFilterBar *self, const char *key, const char *op, const char *value)
{
  g_autofree char *text = NULL;

  if (!key)
    {
      hp_log_filter_bar_set_text (self, "");
      return;
    }
  text = hp_log_filter_text_set_term (hp_log_filter_entry_get_text (self->entry), key, op, value);
  hp_log_filter_bar_set_text (self, text);
}

/* Who cleared by keyboard keeps a place in the window. */
static void
rows_cb (HpLogFilterBar *self)
{
  gboolean any = hp_log_table_get_n_rows (self->table) > 0;

  update_count (self);
  if (any == gtk_widget_get_sensitive (self->clear_button))
    return;
  if (!any && gtk_widget_has_focus (self->clear_button))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_widget_set_sensitive (self->clear_button, any);
}

/* The object */

static void
hp_log_filter_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogFilterBar *self = HP_LOG_FILTER_BAR (object);

  switch (id)
    {
    case PROP_TABLE:
      hp_log_filter_bar_set_table (self, g_value_get_object (value));
      break;
    case PROP_COMPACT:
      hp_log_filter_bar_set_compact (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_filter_bar_dispose (GObject *object)
{
  HpLogFilterBar *self = HP_LOG_FILTER_BAR (object);

  g_clear_handle_id (&self->apply_source, g_source_remove);
  g_clear_handle_id (&self->error_source, g_source_remove);
  if (self->log_signals)
    g_signal_group_set_target (self->log_signals, NULL);
  g_clear_object (&self->log_signals);
  g_clear_object (&self->completer);
  g_clear_object (&self->table);
  g_clear_pointer (&self->query, hp_log_query_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_LOG_FILTER_BAR);
  G_OBJECT_CLASS (hp_log_filter_bar_parent_class)->dispose (object);
}

static void
hp_log_filter_bar_class_init (HpLogFilterBarClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = hp_log_filter_bar_set_property;
  object_class->dispose = hp_log_filter_bar_dispose;
  widget_class->get_request_mode = hp_log_filter_bar_get_request_mode;
  widget_class->measure = hp_log_filter_bar_measure;
  widget_class->size_allocate = hp_log_filter_bar_size_allocate;

  properties[PROP_TABLE] = g_param_spec_object ("table", NULL, NULL, HP_TYPE_LOG_TABLE, flags);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HP_TYPE_LOG_FILTER_ENTRY);
  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-log-filter-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, entry);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, chips);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, buttons);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, clear_button);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, pause_button);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, follow_button);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, menu);
  gtk_widget_class_bind_template_child (widget_class, HpLogFilterBar, error);
  gtk_widget_class_set_css_name (widget_class, "filterbar");
}

static void
hp_log_filter_bar_init (HpLogFilterBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hp_help_set_page (GTK_WIDGET (self), "filter");
  hp_menu_button_set_lazy_menu (self->menu_button, self->menu);
  create_chips (self);
  connect_entry (self);
  update_chips (self);
  self->log_signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->log_signals, "notify::n-problems",
                                  G_CALLBACK (update_problems), self);
}

void
hp_log_filter_bar_set_table (HpLogFilterBar *self, HpLogTable *table)
{
  g_return_if_fail (HP_IS_LOG_FILTER_BAR (self));
  g_return_if_fail (HP_IS_LOG_TABLE (table));
  g_return_if_fail (!self->table);

  self->table = g_object_ref (table);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns",
                                  hp_log_table_get_column_actions (table));
  g_signal_connect_object (table, "notify::log", G_CALLBACK (log_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (table, "filter", G_CALLBACK (filter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (table, "rows-changed", G_CALLBACK (rows_cb), self, G_CONNECT_SWAPPED);
  log_cb (self);
  rows_cb (self);
}

void
hp_log_filter_bar_set_compact (HpLogFilterBar *self, gboolean compact)
{
  g_return_if_fail (HP_IS_LOG_FILTER_BAR (self));

  gtk_widget_set_visible (self->chips, !compact);
}

void
hp_log_filter_bar_focus_entry (HpLogFilterBar *self)
{
  g_return_if_fail (HP_IS_LOG_FILTER_BAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
hp_log_filter_bar_set_text (HpLogFilterBar *self, const char *text)
{
  g_return_if_fail (HP_IS_LOG_FILTER_BAR (self));

  hp_log_filter_entry_set_text (self->entry, text);
  hp_log_completer_hide (self->completer);
  if (self->table)
    apply_now (self);
}

void
hp_log_filter_bar_set_finished (HpLogFilterBar *self)
{
  g_return_if_fail (HP_IS_LOG_FILTER_BAR (self));

  gtk_widget_set_visible (self->pause_button, FALSE);
  gtk_widget_set_visible (self->follow_button, FALSE);
  gtk_widget_set_visible (self->clear_button, FALSE);
}
