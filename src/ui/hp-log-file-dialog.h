/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* Whether, where and how the log of a server is written to a file as well. */
#define HP_TYPE_LOG_FILE_DIALOG (hp_log_file_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HpLogFileDialog, hp_log_file_dialog, HP, LOG_FILE_DIALOG, AdwWindow)

HpLogFileDialog *hp_log_file_dialog_new (GtkWindow *parent, HpServer *server);

G_END_DECLS
