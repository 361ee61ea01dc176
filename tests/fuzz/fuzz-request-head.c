/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-request-head.h"
#include "fuzz.h"

static gboolean
same (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

/* What the next reader relies on. */
static void
check_whole (const HpRequestHead *head, const char *data, gsize size)
{
  FUZZ_CHECK (head->refusal == HP_REASON_NONE);
  FUZZ_CHECK (head->length >= 4 && head->length <= size && head->length <= HP_HEAD_MAX_SIZE);
  FUZZ_CHECK (memcmp (data + head->length - 4, "\r\n\r\n", 4) == 0);
  FUZZ_CHECK (head->method != NULL && *head->method != '\0');
  FUZZ_CHECK (strlen (head->method) <= HP_HEAD_MAX_METHOD);
  FUZZ_CHECK (head->target != NULL && *head->target != '\0');
  FUZZ_CHECK (strpbrk (head->target, " \t\r\n") == NULL);
  FUZZ_CHECK (head->minor_version >= 0 && head->minor_version <= 9);
  FUZZ_CHECK (head->fields[HP_FIELD_HOST] != NULL || head->minor_version == 0);

  for (guint i = 0; i < HP_N_FIELDS; i++)
    FUZZ_CHECK (head->fields[i] == NULL || strpbrk (head->fields[i], "\r\n") == NULL);
}

/* Each piece is in memory of its own size, so that a sanitizer sees a look too far. */
static HpHeadState
scan_to (HpRequestHead *head, const uint8_t *data, gsize size)
{
  g_autofree char *copy = g_memdup2 (data, size);

  return hp_request_head_scan (head, copy, size);
}

/* The verdict is the same however the bytes come. */
static void
check_pieces (
    const HpRequestHead *whole, HpHeadState state, const uint8_t *data, gsize size, gsize step)
{
  g_auto (HpRequestHead) head = { 0 };
  HpHeadState got = HP_HEAD_INCOMPLETE;

  for (gsize n = 0; got == HP_HEAD_INCOMPLETE && n < size;)
    {
      n = MIN (n + step, size);
      got = scan_to (&head, data, n);
    }

  FUZZ_CHECK (got == state);
  FUZZ_CHECK (head.refusal == whole->refusal);
  if (state != HP_HEAD_COMPLETE)
    return;

  FUZZ_CHECK (head.length == whole->length);
  FUZZ_CHECK (head.minor_version == whole->minor_version);
  FUZZ_CHECK (head.keep_alive == whole->keep_alive);
  FUZZ_CHECK (same (head.method, whole->method));
  FUZZ_CHECK (same (head.target, whole->target));
  for (guint i = 0; i < HP_N_FIELDS; i++)
    FUZZ_CHECK (same (head.fields[i], whole->fields[i]));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gsize start = 0;

  /* As a connection reads it: one head after the other. */
  for (;;)
    {
      g_auto (HpRequestHead) head = { 0 };
      HpHeadState state = scan_to (&head, data + start, size - start);

      if (size - start <= 2048)
        check_pieces (&head, state, data + start, size - start, 1);
      check_pieces (&head, state, data + start, size - start, 1 + (size - start) / 7);
      check_pieces (&head, state, data + start, size - start, 4096);

      if (state == HP_HEAD_REFUSED)
        FUZZ_CHECK (head.refusal != HP_REASON_NONE && !head.keep_alive);
      if (state != HP_HEAD_COMPLETE)
        return 0;

      check_whole (&head, (const char *) data + start, size - start);
      start += head.length;
    }
}
