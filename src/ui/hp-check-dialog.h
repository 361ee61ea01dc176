/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server-check.h"

G_BEGIN_DECLS

/* Why doesn't it open? Shows each step of an HpServerCheck as it is done, and on top what it means.
 *
 * Signal "remedy" (HpRemedy as uint): the person wants to have it mended. */
#define HP_TYPE_CHECK_DIALOG (hp_check_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HpCheckDialog, hp_check_dialog, HP, CHECK_DIALOG, AdwWindow)

HpCheckDialog *hp_check_dialog_new (GtkWindow *parent, HpServer *server);

G_END_DECLS
