/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Changes to the text of a filter that buttons and menus make, so that the text always says all of
 * what is seen. They work on any text, also on one that is no query yet. */

typedef enum
{
  HP_LOG_CHIP_ALL,
  HP_LOG_CHIP_PROBLEMS,
  HP_LOG_CHIP_PAGES,
  HP_LOG_CHIP_ASSETS,

  HP_N_LOG_CHIPS
} HpLogChip;

/* The kind of requests that the text restricts itself to. */
HpLogChip hp_log_filter_text_get_chip (const char *text);

/* The same text, restricted to another kind. */
char *hp_log_filter_text_set_chip (const char *text, HpLogChip chip);

/* The text with one more condition, in place of one with the same key and operator: key "status",
 * operator ":", value "404". */
char *
hp_log_filter_text_set_term (const char *text, const char *key, const char *op, const char *value);

G_END_DECLS
