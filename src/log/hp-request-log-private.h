/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-store-private.h"
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* For those who look at all rows. */
HpLogStore *hp_request_log_peek_store (HpRequestLog *self);

G_END_DECLS
