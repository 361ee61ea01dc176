/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-status-mark.h"

HpStatusMark
hp_status_mark_for_record (const HpRequestRecord *record)
{
  if (record->flags & HP_RECORD_ABORTED)
    return HP_STATUS_MARK_ABORTED;

  switch (record->status / 100)
    {
    case 2:
      return HP_STATUS_MARK_OK;
    case 3:
      return HP_STATUS_MARK_REDIRECT;
    case 4:
      return HP_STATUS_MARK_CLIENT_ERROR;
    case 5:
      return HP_STATUS_MARK_SERVER_ERROR;
    default:
      return HP_STATUS_MARK_NONE;
    }
}

const char *
hp_status_mark_get_color_name (HpStatusMark mark)
{
  switch (mark)
    {
    case HP_STATUS_MARK_OK:
      return "log_success_color";
    case HP_STATUS_MARK_REDIRECT:
      return "log_accent_color";
    case HP_STATUS_MARK_CLIENT_ERROR:
      return "log_warning_color";
    case HP_STATUS_MARK_SERVER_ERROR:
      return "log_error_color";
    case HP_STATUS_MARK_NONE:
    case HP_STATUS_MARK_ABORTED:
    case HP_N_STATUS_MARKS:
    default:
      return NULL;
    }
}

/* The shapes are drawn in a unit square. */
static void
add_path (cairo_t *cr, HpStatusMark mark)
{
  switch (mark)
    {
    case HP_STATUS_MARK_OK:
      cairo_move_to (cr, 0.1, 0.55);
      cairo_line_to (cr, 0.38, 0.82);
      cairo_line_to (cr, 0.9, 0.2);
      break;
    case HP_STATUS_MARK_REDIRECT:
      cairo_move_to (cr, 0.08, 0.5);
      cairo_line_to (cr, 0.9, 0.5);
      cairo_move_to (cr, 0.57, 0.17);
      cairo_line_to (cr, 0.9, 0.5);
      cairo_line_to (cr, 0.57, 0.83);
      break;
    case HP_STATUS_MARK_CLIENT_ERROR:
      cairo_move_to (cr, 0.5, 0.14);
      cairo_line_to (cr, 0.92, 0.86);
      cairo_line_to (cr, 0.08, 0.86);
      cairo_close_path (cr);
      break;
    case HP_STATUS_MARK_SERVER_ERROR:
      cairo_move_to (cr, 0.16, 0.16);
      cairo_line_to (cr, 0.84, 0.84);
      cairo_move_to (cr, 0.84, 0.16);
      cairo_line_to (cr, 0.16, 0.84);
      break;
    case HP_STATUS_MARK_ABORTED:
      cairo_rectangle (cr, 0.22, 0.22, 0.56, 0.56);
      break;
    case HP_STATUS_MARK_NONE:
    case HP_N_STATUS_MARKS:
    default:
      cairo_move_to (cr, 0.25, 0.5);
      cairo_line_to (cr, 0.75, 0.5);
      break;
    }
}

GskRenderNode *
hp_status_mark_create_node (HpStatusMark mark, float size, const GdkRGBA *color)
{
  gboolean solid = mark == HP_STATUS_MARK_CLIENT_ERROR || mark == HP_STATUS_MARK_ABORTED;
  GskRenderNode *node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, size, size));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  gdk_cairo_set_source_rgba (cr, color);
  cairo_scale (cr, size, size);
  /* On to somewhere else, in the direction of reading. */
  if (mark == HP_STATUS_MARK_REDIRECT && gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL)
    {
      cairo_translate (cr, 1, 0);
      cairo_scale (cr, -1, 1);
    }
  cairo_set_line_width (cr, solid ? 0.1 : 0.16);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  add_path (cr, mark);

  /* The outline of a solid shape rounds its corners. */
  if (solid)
    cairo_fill_preserve (cr);
  cairo_stroke (cr);
  cairo_destroy (cr);
  return node;
}

GskRenderNode *
hp_status_mark_create_pin (float width, float height, const GdkRGBA *color)
{
  GskRenderNode *node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, 0, 0);
  cairo_line_to (cr, width, 0);
  cairo_line_to (cr, width, height);
  cairo_line_to (cr, width / 2, height - width / 2);
  cairo_line_to (cr, 0, height);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_destroy (cr);
  return node;
}
