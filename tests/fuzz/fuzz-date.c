/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-http-date.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const gint64 now = 1795500000;
  g_autofree char *text = g_strndup ((const char *) data, size);
  char out[HP_HTTP_DATE_SIZE];
  gint64 time, again;

  if (hp_http_date_parse (text, now, &time) && hp_http_date_format (time, out))
    {
      FUZZ_CHECK (hp_http_date_parse (out, now, &again));
      FUZZ_CHECK (again == time);
    }

  return 0;
}
