/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-column-actions.h"
#include "ui/hp-log-header.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"
#include "ui/hp-settings.h"

/* Pixels between the pill and the edges of the list. */
#define PILL_MARGIN 12

G_DEFINE_FINAL_TYPE (HpLogTable, hp_log_table, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_LOG,
  PROP_NARROW,
  PROP_FOLLOW,
  PROP_N_NEW,
  PROP_PAUSED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
guint hp_log_table_signals[HP_N_LOG_TABLE_SIGNALS];

/* Rows */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpLogTable *self)
{
  gtk_list_item_set_child (item, hp_log_row_widget_new (self->columns, item));
}

static void
name_row (GtkWidget *row)
{
  hp_log_row_widget_read (HP_LOG_ROW_WIDGET (row));
}

static gboolean
name_rows_cb (gpointer user_data)
{
  HpLogTable *self = user_data;

  self->name_source = 0;
  hp_log_table_for_each_row (self, name_row);
  return G_SOURCE_REMOVE;
}

void
hp_log_table_name_rows (HpLogTable *self)
{
  if (self->name_source == 0)
    self->name_source = g_timeout_add_seconds (1, name_rows_cb, self);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpLogTable *self)
{
  hp_log_row_widget_set_row (HP_LOG_ROW_WIDGET (gtk_list_item_get_child (item)),
                             HP_LOG_ROW (gtk_list_item_get_item (item)));
  hp_log_table_name_rows (self);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpLogTable *self)
{
  hp_log_row_widget_set_row (HP_LOG_ROW_WIDGET (gtk_list_item_get_child (item)), NULL);
}

static void
update_row (GtkWidget *row)
{
  hp_log_row_widget_update (HP_LOG_ROW_WIDGET (row));
}

void
hp_log_table_for_each_row (HpLogTable *self, void (*function) (GtkWidget *row))
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);

      if (row)
        function (row);
    }
}

static void
activate_cb (GtkListView *list, guint position, HpLogTable *self)
{
  g_autoptr (HpLogRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row)
    g_signal_emit (self, hp_log_table_signals[HP_LOG_TABLE_ACTIVATED], 0, hp_log_row_get_seq (row));
}

static void
follow_notify_cb (HpLogFollow *follow, GParamSpec *pspec, HpLogTable *self)
{
  gboolean is_n_new = g_str_equal (pspec->name, "n-new");

  if (is_n_new)
    hp_log_table_pill_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[is_n_new ? PROP_N_NEW : PROP_FOLLOW]);
}

/* Size */

static void
measure_columns (HpLogTable *self)
{
  int widths[HP_N_LOG_COLUMNS];

  hp_log_header_get_widths (HP_LOG_HEADER (self->header), widths);
  if (hp_log_columns_measure (self->columns, GTK_WIDGET (self), widths))
    hp_log_table_for_each_row (self, gtk_widget_queue_draw);
}

/* The user has chosen something. At once, because a drag goes on from where the columns then are.
 */
static void
columns_changed_cb (HpLogTable *self)
{
  hp_log_columns_allocate (self->columns, self->columns->width, self->narrow);
  hp_log_table_for_each_row (self, update_row);
  hp_log_table_name_rows (self);
  gtk_widget_queue_resize (self->header);
}

static void
hp_log_table_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  GtkWidget *parts[] = { self->header, self->scroller };

  measure_columns (self);
  *minimum = *natural = 0;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      int part_minimum;
      int part_natural;

      if (!gtk_widget_should_layout (parts[i]))
        continue;
      gtk_widget_measure (parts[i], orientation, -1, &part_minimum, &part_natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          *minimum += part_minimum;
          *natural += part_natural;
        }
      else
        {
          *minimum = MAX (*minimum, part_minimum);
          *natural = MAX (*natural, part_natural);
        }
    }
}

static void
allocate_pill (HpLogTable *self, int width, int height)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GtkRequisition size;
  GtkAllocation place;

  if (!gtk_widget_should_layout (self->pill))
    return;

  gtk_widget_get_preferred_size (self->pill, NULL, &size);
  place.x = rtl ? PILL_MARGIN : width - size.width - PILL_MARGIN;
  place.y = height - size.height - PILL_MARGIN;
  place.width = size.width;
  place.height = size.height;
  gtk_widget_size_allocate (self->pill, &place, -1);
}

static void
hp_log_table_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int header_height = 0;
  int list_width;

  measure_columns (self);
  if (gtk_widget_should_layout (self->header))
    gtk_widget_measure (self->header, GTK_ORIENTATION_VERTICAL, -1, &header_height, NULL, NULL,
                        NULL);

  gtk_widget_size_allocate (
      self->scroller, &(GtkAllocation){ 0, header_height, width, MAX (0, height - header_height) },
      -1);

  /* The list is less wide than the table beside a scroll bar that does not float. */
  list_width = gtk_widget_get_width (self->list);
  if (hp_log_columns_allocate (self->columns, list_width, self->narrow))
    hp_log_table_for_each_row (self, gtk_widget_queue_draw);
  if (header_height > 0)
    gtk_widget_size_allocate (
        self->header,
        &(GtkAllocation){ rtl ? width - list_width : 0, 0, list_width, header_height }, -1);

  /* A very low table shows its begin. */
  if (gtk_widget_should_layout (self->empty))
    {
      int least;

      gtk_widget_measure (self->empty, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->empty, &(GtkAllocation){ 0, 0, width, MAX (height, least) },
                                -1);
    }
  allocate_pill (self, width, height);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
  if (self->header_menu)
    gtk_popover_present (GTK_POPOVER (self->header_menu));
}

/* A scroll bar that comes or goes changes the width of the list without asking the table. */
static void
layout_cb (GdkFrameClock *clock, HpLogTable *self)
{
  if (gtk_widget_get_mapped (self->list)
      && gtk_widget_get_width (self->list) != self->columns->width)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
hp_log_table_realize (GtkWidget *widget)
{
  HpLogTable *self = HP_LOG_TABLE (widget);

  GTK_WIDGET_CLASS (hp_log_table_parent_class)->realize (widget);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->layout_id = g_signal_connect_after (self->clock, "layout", G_CALLBACK (layout_cb), self);
}

static void
hp_log_table_unrealize (GtkWidget *widget)
{
  HpLogTable *self = HP_LOG_TABLE (widget);

  g_clear_signal_handler (&self->layout_id, self->clock);
  g_clear_object (&self->clock);
  GTK_WIDGET_CLASS (hp_log_table_parent_class)->unrealize (widget);
}

static gboolean
hp_log_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (HP_LOG_TABLE (widget)->list);
}

/* The object */

static void
hp_log_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpLogTable *self = HP_LOG_TABLE (object);

  switch (id)
    {
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_FOLLOW:
      g_value_set_boolean (value, hp_log_follow_get_active (self->follow));
      break;
    case PROP_N_NEW:
      g_value_set_uint (value, hp_log_follow_get_n_new (self->follow));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, hp_log_table_get_paused (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogTable *self = HP_LOG_TABLE (object);

  switch (id)
    {
    case PROP_LOG:
      hp_log_table_set_log (self, g_value_get_object (value));
      break;
    case PROP_NARROW:
      hp_log_table_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_FOLLOW:
      hp_log_table_set_follow (self, g_value_get_boolean (value));
      break;
    case PROP_PAUSED:
      hp_log_table_set_paused (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_table_dispose (GObject *object)
{
  HpLogTable *self = HP_LOG_TABLE (object);

  g_clear_handle_id (&self->name_source, g_source_remove);
  hp_log_table_problems_dispose (self);
  hp_log_table_view_dispose (self);
  hp_log_table_parts_dispose (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->header_menu, gtk_widget_unparent);
  g_clear_pointer (&self->pill, gtk_widget_unparent);
  g_clear_pointer (&self->empty, gtk_widget_unparent);
  g_clear_pointer (&self->header, gtk_widget_unparent);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->follow);
  g_clear_object (&self->selection);
  g_clear_object (&self->column_actions);
  G_OBJECT_CLASS (hp_log_table_parent_class)->dispose (object);
}

static void
hp_log_table_finalize (GObject *object)
{
  HpLogTable *self = HP_LOG_TABLE (object);

  g_clear_pointer (&self->columns, hp_log_columns_unref);
  G_OBJECT_CLASS (hp_log_table_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, HP_TYPE_REQUEST_LOG,
                                              G_PARAM_READWRITE | flags);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | flags);
  properties[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | flags);
  properties[PROP_N_NEW] = g_param_spec_uint ("n-new", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_signals (GType type)
{
  hp_log_table_signals[HP_LOG_TABLE_MESSAGE] = g_signal_new (
      "message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  hp_log_table_signals[HP_LOG_TABLE_ACTIVATED] = g_signal_new (
      "activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  hp_log_table_signals[HP_LOG_TABLE_FILTER] = g_signal_new (
      "filter", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING,
      G_TYPE_STRING, G_TYPE_STRING);
  hp_log_table_signals[HP_LOG_TABLE_ROWS_CHANGED] = g_signal_new (
      "rows-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_log_table_class_init (HpLogTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_log_table_get_property;
  object_class->set_property = hp_log_table_set_property;
  object_class->dispose = hp_log_table_dispose;
  object_class->finalize = hp_log_table_finalize;
  widget_class->measure = hp_log_table_measure;
  widget_class->size_allocate = hp_log_table_size_allocate;
  widget_class->realize = hp_log_table_realize;
  widget_class->unrealize = hp_log_table_unrealize;
  widget_class->grab_focus = hp_log_table_grab_focus;
  widget_class->focus = hp_log_table_focus;

  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
  hp_log_table_actions_install (widget_class);
  hp_log_table_menu_install (widget_class);
  hp_log_table_problems_install (widget_class);
  hp_log_table_header_install (widget_class);
  gtk_widget_class_set_css_name (widget_class, "logtable");
}

static void
create_list (HpLogTable *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);

  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Requests"), -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, 0);
  self->follow = hp_log_follow_new (GTK_LIST_VIEW (self->list));
  g_signal_connect_object (self->follow, "notify", G_CALLBACK (follow_notify_cb), self, 0);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
}

static void
create_columns (HpLogTable *self)
{
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  GSettings *settings = hp_settings_get_default ();

  if (settings)
    hp_log_column_set_bind (set, settings);
  self->columns = hp_log_columns_new (set);
  self->column_actions = hp_log_column_actions_new (set);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns", self->column_actions);
  g_signal_connect_object (set, "changed", G_CALLBACK (columns_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hp_log_table_init (HpLogTable *self)
{
  create_columns (self);
  hp_log_table_view_init (self);
  create_list (self);
  self->header = hp_log_header_new (self->columns);
  hp_log_table_parts_create (self);
  hp_log_table_actions_connect (self);
  hp_log_table_menu_connect (self);
  hp_log_table_header_connect (self);

  /* In the order in which they are drawn and reached by Tab. */
  gtk_widget_set_parent (self->header, GTK_WIDGET (self));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_parent (self->empty, GTK_WIDGET (self));
  gtk_widget_set_parent (self->pill, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  hp_log_table_parts_update (self);
}

GtkWidget *
hp_log_table_new (void)
{
  return g_object_new (HP_TYPE_LOG_TABLE, NULL);
}

gboolean
hp_log_table_get_narrow (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), FALSE);

  return self->narrow;
}

void
hp_log_table_set_narrow (HpLogTable *self, gboolean narrow)
{
  g_return_if_fail (HP_IS_LOG_TABLE (self));

  narrow = !!narrow;
  if (self->narrow == narrow)
    return;

  self->narrow = narrow;
  self->columns->narrow = narrow;
  hp_log_table_for_each_row (self, gtk_widget_queue_resize);
  hp_log_table_parts_update (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
}

gboolean
hp_log_table_get_follow (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), FALSE);

  return hp_log_follow_get_active (self->follow);
}

void
hp_log_table_set_follow (HpLogTable *self, gboolean follow)
{
  g_return_if_fail (HP_IS_LOG_TABLE (self));

  /* The newest row is the last one only in the order of arrival. */
  if (follow && hp_log_table_get_sorted (self))
    hp_log_column_set_set_sort (self->columns->set, HP_LOG_COLUMN_NONE, FALSE);
  hp_log_follow_set_active (self->follow, follow);
}

GtkSelectionModel *
hp_log_table_get_selection (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return GTK_SELECTION_MODEL (self->selection);
}

GActionGroup *
hp_log_table_get_column_actions (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return self->column_actions;
}
