/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A window with all that a filter can say; the same words as "homeport --help-filter". */
void hp_log_filter_help_show (GtkWindow *parent);

G_END_DECLS
