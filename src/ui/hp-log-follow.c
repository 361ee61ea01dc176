/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-follow.h"

/* New rows have no height before GTK has laid them out, so every attempt to scroll to them earlier
 * ends a row or a batch short. A handler of the frame clock's "layout" that runs after GTK's own
 * is the place: the list moves there, the clock lays out once more, and the rows are right in the
 * very frame in which they appear.
 *
 * What the user wants is read from the list's position alone, at two moments: right before the rows
 * change, and after each layout in which they did not. When they did, the position says nothing,
 * with one exception: growth never moves a list upwards, so then it was the user. */
struct _HpLogFollow
{
  GObject parent_instance;

  /* borrowed */
  GtkWidget *list;
  /* owned */
  GdkFrameClock *clock;

  gulong layout_id;
  guint n_new;
  gboolean enabled;
  gboolean active;
  gboolean held;    /* ended by set_active(): being at the end does not resume it */
  gboolean pending; /* the rows have changed since the last layout */
  gboolean shrunk;  /* rows went, so the list may well move upwards by itself */

  /* as of the last layout */
  double value;
  double upper;
  double page;
};

G_DEFINE_FINAL_TYPE (HpLogFollow, hp_log_follow, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACTIVE,
  PROP_N_NEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkAdjustment *
get_adjustment (HpLogFollow *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
}

static guint
get_n_rows (HpLogFollow *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (self->list));

  return model ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

static void
set_n_new (HpLogFollow *self, guint n_new)
{
  if (self->n_new == n_new)
    return;
  self->n_new = n_new;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEW]);
}

static void
change_active (HpLogFollow *self, gboolean active)
{
  if (self->active == active)
    return;

  self->active = active;
  if (active)
    set_n_new (self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

static gboolean
is_at (HpLogFollow *self, double end)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
         >= end - 1;
}

static void
obey_position (HpLogFollow *self)
{
  gboolean at_end = is_at (self, gtk_adjustment_get_upper (get_adjustment (self)));

  if (!at_end)
    self->held = FALSE;
  change_active (self, at_end && !self->held);
}

/* The rows or the size of the list have changed. */
static void
obey_change (HpLogFollow *self, double value, double page)
{
  gboolean can_tell = !self->shrunk && page == self->page;

  if (self->active && can_tell && value < self->value - 1)
    change_active (self, FALSE);
  else if (!self->active && can_tell && value > self->value + 1 && is_at (self, self->upper))
    change_active (self, TRUE);
  else if (!self->active)
    obey_position (self);

  /* The adjustment would do, too, but a list ignores the first value it is given. */
  if (self->active && get_n_rows (self) > 0)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", get_n_rows (self) - 1);
}

static void
layout_cb (GdkFrameClock *clock, HpLogFollow *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double value = gtk_adjustment_get_value (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);

  if (!gtk_widget_get_mapped (self->list))
    return;

  if (!self->enabled)
    ;
  else if (self->pending || upper != self->upper || page != self->page)
    obey_change (self, value, page);
  else if (value != self->value)
    obey_position (self);

  self->pending = FALSE;
  self->shrunk = FALSE;
  self->value = value;
  self->upper = upper;
  self->page = page;
}

static void
unrealize_cb (GtkWidget *list, HpLogFollow *self)
{
  if (self->clock)
    g_clear_signal_handler (&self->layout_id, self->clock);
  g_clear_object (&self->clock);
}

static void
realize_cb (GtkWidget *list, HpLogFollow *self)
{
  unrealize_cb (list, self);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (list));
  self->layout_id = g_signal_connect_after (self->clock, "layout", G_CALLBACK (layout_cb), self);
}

static void
hp_log_follow_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpLogFollow *self = HP_LOG_FOLLOW (object);

  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    case PROP_N_NEW:
      g_value_set_uint (value, self->n_new);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_follow_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogFollow *self = HP_LOG_FOLLOW (object);

  switch (id)
    {
    case PROP_ACTIVE:
      hp_log_follow_set_active (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_follow_dispose (GObject *object)
{
  HpLogFollow *self = HP_LOG_FOLLOW (object);

  unrealize_cb (NULL, self);
  self->list = NULL;
  G_OBJECT_CLASS (hp_log_follow_parent_class)->dispose (object);
}

static void
hp_log_follow_class_init (HpLogFollowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_log_follow_get_property;
  object_class->set_property = hp_log_follow_set_property;
  object_class->dispose = hp_log_follow_dispose;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_N_NEW] = g_param_spec_uint ("n-new", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                  | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_log_follow_init (HpLogFollow *self)
{
  self->active = TRUE;
  self->enabled = TRUE;
}

HpLogFollow *
hp_log_follow_new (GtkListView *list)
{
  HpLogFollow *self = g_object_new (HP_TYPE_LOG_FOLLOW, NULL);

  self->list = GTK_WIDGET (list);
  g_signal_connect_object (list, "realize", G_CALLBACK (realize_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (list, "unrealize", G_CALLBACK (unrealize_cb), self, 0);
  if (gtk_widget_get_realized (self->list))
    realize_cb (self->list, self);
  return self;
}

gboolean
hp_log_follow_get_active (HpLogFollow *self)
{
  g_return_val_if_fail (HP_IS_LOG_FOLLOW (self), FALSE);

  return self->active;
}

guint
hp_log_follow_get_n_new (HpLogFollow *self)
{
  g_return_val_if_fail (HP_IS_LOG_FOLLOW (self), 0);

  return self->n_new;
}

/* Lets the next layout scroll to the end. */
static void
begin (HpLogFollow *self)
{
  self->held = FALSE;
  self->pending = TRUE;
  self->shrunk = TRUE;
  change_active (self, TRUE);
  gtk_widget_queue_allocate (self->list);
}

void
hp_log_follow_set_active (HpLogFollow *self, gboolean active)
{
  g_return_if_fail (HP_IS_LOG_FOLLOW (self));

  if (active && !self->enabled)
    return;
  if (active && !self->active)
    begin (self);
  else if (!active)
    {
      self->held = TRUE;
      change_active (self, FALSE);
    }
}

void
hp_log_follow_before_change (HpLogFollow *self, guint64 n_removed, guint64 n_added)
{
  g_return_if_fail (HP_IS_LOG_FOLLOW (self));

  if (!self->enabled)
    return;

  /* With a change pending the position is not the user's but one that has not been laid out. */
  if (!self->pending)
    obey_position (self);

  self->pending = TRUE;
  if (n_removed > 0)
    self->shrunk = TRUE;
  /* Of new rows that are gone again nothing is to be seen below. */
  if (!self->active)
    set_n_new (self, MIN (self->n_new + n_added, get_n_rows (self)));
}

void
hp_log_follow_reset (HpLogFollow *self)
{
  g_return_if_fail (HP_IS_LOG_FOLLOW (self));

  if (self->enabled)
    begin (self);
}

void
hp_log_follow_set_enabled (HpLogFollow *self, gboolean enabled)
{
  g_return_if_fail (HP_IS_LOG_FOLLOW (self));

  if (self->enabled == enabled)
    return;
  self->enabled = enabled;
  set_n_new (self, 0);
  change_active (self, FALSE);
  self->held = FALSE;
}

void
hp_log_follow_forget_new (HpLogFollow *self)
{
  g_return_if_fail (HP_IS_LOG_FOLLOW (self));

  set_n_new (self, 0);
}
