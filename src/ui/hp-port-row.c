/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/hp-ago.h"
#include "ui/hp-app-icon.h"
#include "ui/hp-direction.h"
#include "ui/hp-port-row.h"
#include "ui/hp-port-texts.h"

/* Pixels at the ends of a row, between two columns, and of the program's icon. */
#define EDGE      12
#define GAP       12
#define ICON_SIZE 24

/* Below these widths columns go: first the process, then who can reach the port. */
#define PID_MIN_WIDTH   680
#define SCOPE_MIN_WIDTH 520
/* What the name keeps, in widths of a port. */
#define NAME_PORTS 2

struct _HpPortRow
{
  GtkWidget parent_instance;

  /* owned */
  HpPortMeasures *measures;
  HpPortEntry *entry;
  PangoLayout *texts[HP_N_PORT_TEXTS];
  GtkIconPaintable *icon;
  GtkIconPaintable *scope_icon;
  /* borrowed */
  GtkListItem *item;

  gulong changed_id;
};

G_DEFINE_FINAL_TYPE (HpPortRow, hp_port_row, GTK_TYPE_WIDGET)

/* Contents */

static void
set_text (HpPortRow *self, int which, const char *text)
{
  g_autofree char *shown = hp_direction_mend (text ? text : "");

  if (!self->texts[which])
    self->texts[which] = hp_port_text_create_layout (GTK_WIDGET (self), which);
  pango_layout_set_text (self->texts[which], shown, -1);
}

static GtkIconPaintable *
load_icon (HpPortRow *self, GIcon *icon, int size)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));

  return gtk_icon_theme_lookup_by_gicon (theme, icon, size, gtk_widget_get_scale_factor (widget),
                                         gtk_widget_get_direction (widget), 0);
}

static GtkIconPaintable *
load_named_icon (HpPortRow *self, const char *name, int size)
{
  g_autoptr (GIcon) icon = g_themed_icon_new (name);

  return load_icon (self, icon, size);
}

static void
update_icons (HpPortRow *self)
{
  const char *app_id = hp_port_entry_get_app_id (self->entry);
  gboolean network = hp_port_entry_get_scope (self->entry) == HP_PORT_SCOPE_NETWORK;
  GIcon *icon = NULL;

  if (hp_port_entry_get_ours (self->entry))
    app_id = APP_ID;
  if (app_id)
    icon = hp_app_icon_find (app_id, G_OBJECT (self), (HpAppIconFound) hp_port_row_update);

  g_clear_object (&self->icon);
  if (icon)
    self->icon = load_icon (self, icon, ICON_SIZE);
  else if (hp_port_entry_get_ours (self->entry))
    self->icon = load_named_icon (self, APP_ID, ICON_SIZE);
  else
    self->icon = load_named_icon (self, "hp-program-symbolic", HP_PORT_SMALL_ICON);
  g_clear_object (&self->scope_icon);
  self->scope_icon = load_named_icon (
      self, network ? "hp-network-symbolic" : "hp-computer-symbolic", HP_PORT_SMALL_ICON);
}

static void
update_texts (HpPortRow *self)
{
  HpPortEntry *entry = self->entry;
  HpPortScope scope = hp_port_entry_get_scope (entry);
  g_autofree char *port = g_strdup_printf ("%u", hp_port_entry_get_port (entry));
  g_autofree char *name = hp_port_text_name (entry);
  g_autofree char *details = hp_port_text_details (entry);
  g_autofree char *pid = NULL;
  g_autofree char *since = NULL;

  if (hp_port_entry_get_pid (entry))
    pid = g_strdup_printf (_ ("pid %d"), (int) hp_port_entry_get_pid (entry));
  if (hp_port_entry_get_since_us (entry))
    since = hp_ago_format (hp_port_entry_get_since_us (entry), g_get_real_time ());

  set_text (self, HP_PORT_TEXT_PORT, port);
  set_text (self, HP_PORT_TEXT_PROTOCOL, hp_port_text_protocol (entry));
  set_text (self, HP_PORT_TEXT_NAME, name);
  set_text (self, HP_PORT_TEXT_DETAILS, details);
  set_text (self, HP_PORT_TEXT_PID, pid);
  set_text (self, HP_PORT_TEXT_USER, hp_port_entry_get_user (entry));
  set_text (self, HP_PORT_TEXT_SCOPE, hp_port_scope_get_words (scope));
  set_text (self, HP_PORT_TEXT_SHORT_SCOPE, hp_port_text_short_scope (scope));
  set_text (self, HP_PORT_TEXT_ADDRESS, hp_port_text_address (entry));
  set_text (self, HP_PORT_TEXT_SINCE, since);
}

static void
update_label (HpPortRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = hp_port_text_label (self->entry);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  /* The keyboard's focus is on the list item, so it needs the name, too. */
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
}

void
hp_port_row_update (HpPortRow *self)
{
  g_return_if_fail (HP_IS_PORT_ROW (self));

  if (!self->entry)
    return;
  update_icons (self);
  update_texts (self);
  update_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hp_port_row_set_entry (HpPortRow *self, HpPortEntry *entry)
{
  g_return_if_fail (HP_IS_PORT_ROW (self));
  g_return_if_fail (!entry || HP_IS_PORT_ENTRY (entry));

  if (self->entry)
    g_clear_signal_handler (&self->changed_id, self->entry);
  g_set_object (&self->entry, entry);
  if (entry)
    self->changed_id = g_signal_connect_swapped (entry, "changed", G_CALLBACK (hp_port_row_update),
                                                 self);
  hp_port_row_update (self);
}

GtkListItem *
hp_port_row_get_item (HpPortRow *self)
{
  g_return_val_if_fail (HP_IS_PORT_ROW (self), NULL);
  return self->item;
}

/* Drawing. Places are given as in a left-to-right row and mirrored at the last moment. */

static int
mirror (HpPortRow *self, int x, int width)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (widget) - x - width;
  return x;
}

static void
draw_text (HpPortRow *self,
           GtkSnapshot *snapshot,
           int which,
           int x,
           int y,
           int width,
           gboolean at_end,
           const GdkRGBA *color)
{
  PangoLayout *layout = self->texts[which];
  PangoRectangle extents;

  if (width <= 0 || *pango_layout_get_text (layout) == '\0')
    return;
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &extents);
  if (at_end)
    x += width - extents.width;
  x = mirror (self, x, extents.width);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x - extents.x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_icon (HpPortRow *self,
           GtkSnapshot *snapshot,
           GtkIconPaintable *icon,
           int x,
           int y,
           int size,
           const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (mirror (self, x, size), y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, size, size,
                                            color, 1);
  gtk_snapshot_restore (snapshot);
}

typedef struct
{
  GdkRGBA text;
  GdkRGBA dim;
  GdkRGBA scope;
} Colors;

static Colors
get_colors (HpPortRow *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  AdwStyleManager *manager = adw_style_manager_get_default ();
  Colors colors;

  gtk_style_context_get_color (style, &colors.text);
  colors.dim = colors.text;
  /* The usual 0.55 of dim labels falls below a contrast of 4.5 : 1. */
  colors.dim.alpha *= adw_style_manager_get_high_contrast (manager) ? 0.9 : 0.7;
  colors.scope = colors.dim;
  if (hp_port_entry_get_scope (self->entry) == HP_PORT_SCOPE_NETWORK
      && !gtk_style_context_lookup_color (style, "log_warning_color", &colors.scope))
    colors.scope = colors.text;
  return colors;
}

static void
draw_scope (HpPortRow *self, GtkSnapshot *snapshot, int x, const Colors *colors)
{
  HpPortMeasures *m = self->measures;
  int second = HP_PORT_PADDING + m->line_height;
  int text_x = x + HP_PORT_SMALL_ICON + HP_PORT_ICON_GAP;
  int width = m->scope_width - HP_PORT_SMALL_ICON - HP_PORT_ICON_GAP;

  draw_icon (self, snapshot, self->scope_icon, x,
             HP_PORT_PADDING + (m->line_height - HP_PORT_SMALL_ICON) / 2, HP_PORT_SMALL_ICON,
             &colors->scope);
  draw_text (self, snapshot, HP_PORT_TEXT_SCOPE, text_x, HP_PORT_PADDING, width, FALSE,
             &colors->scope);
  draw_text (self, snapshot, HP_PORT_TEXT_ADDRESS, text_x, second, width, FALSE, &colors->dim);
}

/* Where there is no room for its column: below the time. */
static void
draw_short_scope (HpPortRow *self, GtkSnapshot *snapshot, int end, const Colors *colors)
{
  HpPortMeasures *m = self->measures;
  int second = HP_PORT_PADDING + m->line_height;
  int x = end - m->short_scope_width;
  int text_x = x + HP_PORT_SMALL_ICON + HP_PORT_ICON_GAP;

  draw_icon (self, snapshot, self->scope_icon, x,
             second + (m->small_line_height - HP_PORT_SMALL_ICON) / 2, HP_PORT_SMALL_ICON,
             &colors->scope);
  draw_text (self, snapshot, HP_PORT_TEXT_SHORT_SCOPE, text_x, second, end - text_x, FALSE,
             &colors->scope);
}

static void
hp_port_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HpPortRow *self = HP_PORT_ROW (widget);
  HpPortMeasures *m = self->measures;
  int width = gtk_widget_get_width (widget);
  int second = HP_PORT_PADDING + m->line_height;
  int end = width - EDGE;
  int gap = width >= SCOPE_MIN_WIDTH ? GAP : GAP / 2;
  int name_x = EDGE + m->port_width + gap + ICON_SIZE + gap;
  /* With big letters columns go earlier: the name needs its room. */
  int spare = end - name_x - MAX (NAME_PORTS * m->port_width, m->ours_width);
  int scope_need = m->since_width + GAP + m->scope_width + GAP;
  gboolean has_scope = width >= SCOPE_MIN_WIDTH && spare >= scope_need;
  gboolean has_pid = has_scope && width >= PID_MIN_WIDTH
                     && spare >= scope_need + m->pid_width + GAP;
  int icon_size;
  Colors colors;

  if (!self->entry)
    return;
  colors = get_colors (self);

  if (has_scope)
    {
      draw_text (self, snapshot, HP_PORT_TEXT_SINCE, end - m->since_width, HP_PORT_PADDING + 2,
                 m->since_width, TRUE, &colors.dim);
      end -= m->since_width + GAP + m->scope_width;
      draw_scope (self, snapshot, end, &colors);
      end -= GAP;
    }
  else
    {
      int share = MAX (m->since_width, m->short_scope_width);

      draw_text (self, snapshot, HP_PORT_TEXT_SINCE, end - share, HP_PORT_PADDING + 2, share, TRUE,
                 &colors.dim);
      draw_short_scope (self, snapshot, end, &colors);
      end -= share + gap;
    }
  if (has_pid)
    {
      end -= m->pid_width;
      draw_text (self, snapshot, HP_PORT_TEXT_PID, end, HP_PORT_PADDING, m->pid_width, FALSE,
                 &colors.dim);
      draw_text (self, snapshot, HP_PORT_TEXT_USER, end, second, m->pid_width, FALSE, &colors.dim);
      end -= GAP;
    }

  draw_text (self, snapshot, HP_PORT_TEXT_PORT, EDGE, HP_PORT_PADDING, m->port_width, FALSE,
             &colors.text);
  draw_text (self, snapshot, HP_PORT_TEXT_PROTOCOL, EDGE, second, m->port_width, FALSE,
             &colors.dim);
  icon_size = gtk_icon_paintable_is_symbolic (self->icon) ? HP_PORT_SMALL_ICON : ICON_SIZE;
  draw_icon (self, snapshot, self->icon, name_x - gap - (ICON_SIZE + icon_size) / 2,
             (hp_port_measures_get_height (m) - icon_size) / 2, icon_size, &colors.dim);
  draw_text (self, snapshot, HP_PORT_TEXT_NAME, name_x, HP_PORT_PADDING, end - name_x, FALSE,
             &colors.text);
  draw_text (self, snapshot, HP_PORT_TEXT_DETAILS, name_x, second, end - name_x, FALSE,
             &colors.dim);
}

static void
hp_port_row_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = hp_port_measures_get_height (HP_PORT_ROW (widget)->measures);
}

/* The named colours are used behind the style's back; style.css lets it change with them. */
static void
hp_port_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (hp_port_row_parent_class)->css_changed (widget, change);
  gtk_widget_queue_draw (widget);
}

static void
hp_port_row_dispose (GObject *object)
{
  HpPortRow *self = HP_PORT_ROW (object);

  if (self->entry)
    g_clear_signal_handler (&self->changed_id, self->entry);
  g_clear_object (&self->entry);
  g_clear_object (&self->icon);
  g_clear_object (&self->scope_icon);
  for (guint i = 0; i < HP_N_PORT_TEXTS; i++)
    g_clear_object (&self->texts[i]);
  self->item = NULL;
  G_OBJECT_CLASS (hp_port_row_parent_class)->dispose (object);
}

static void
hp_port_row_finalize (GObject *object)
{
  HpPortRow *self = HP_PORT_ROW (object);

  g_clear_pointer (&self->measures, hp_port_measures_unref);
  G_OBJECT_CLASS (hp_port_row_parent_class)->finalize (object);
}

static void
hp_port_row_class_init (HpPortRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_port_row_dispose;
  object_class->finalize = hp_port_row_finalize;
  widget_class->measure = hp_port_row_measure;
  widget_class->snapshot = hp_port_row_snapshot;
  widget_class->css_changed = hp_port_row_css_changed;
  gtk_widget_class_set_css_name (widget_class, "portrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
hp_port_row_init (HpPortRow *self)
{
}

GtkWidget *
hp_port_row_new (HpPortMeasures *measures, GtkListItem *item)
{
  HpPortRow *self = g_object_new (HP_TYPE_PORT_ROW, NULL);

  self->measures = hp_port_measures_ref (measures);
  self->item = item;
  return GTK_WIDGET (self);
}
