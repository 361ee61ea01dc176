/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* Says that the log file of a server can't be written, with the way to its settings; hidden while
 * all is well.
 *
 * Property: "server" (HpServer, nullable). */
#define HP_TYPE_LOG_TROUBLE_BAR (hp_log_trouble_bar_get_type ())
G_DECLARE_FINAL_TYPE (HpLogTroubleBar, hp_log_trouble_bar, HP, LOG_TROUBLE_BAR, GtkBox)

G_END_DECLS
