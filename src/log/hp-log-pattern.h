/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text to look for. ASCII letters match in either case, all other bytes only themselves. */
typedef struct _HpLogPattern HpLogPattern;

typedef enum
{
  HP_LOG_PATTERN_CONTAINS, /* the text is somewhere in it */
  HP_LOG_PATTERN_EXACT,    /* the text is all of it */
  HP_LOG_PATTERN_GLOB,     /* all of it, where "*" stands for any bytes */
} HpLogPatternKind;

HpLogPattern *hp_log_pattern_new (HpLogPatternKind kind, const char *text);
void hp_log_pattern_free (HpLogPattern *self);

gboolean hp_log_pattern_matches (const HpLogPattern *self, const char *text, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogPattern, hp_log_pattern_free)

G_END_DECLS
