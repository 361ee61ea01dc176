/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Children side by side at their natural width, in as many lines as the width asks for, so that no
 * button is ever cut off. */
#define HP_TYPE_WRAP_BOX (hp_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (HpWrapBox, hp_wrap_box, HP, WRAP_BOX, GtkWidget)

G_END_DECLS
