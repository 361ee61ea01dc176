/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-sock-diag.h"

G_BEGIN_DECLS

/* Reads one datagram of answers (aligned for struct nlmsghdr), appends the sockets in it to
 * `sockets` and skips answers to other questions. Returns TRUE when the answer is complete; then
 * *kernel_error is 0 or an errno value. */
gboolean hp_sock_diag_parse (const void *data,
                             gsize length,
                             guint32 sequence,
                             guint8 protocol,
                             GArray *sockets,
                             int *kernel_error);

G_END_DECLS
