/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "log/hp-head-store.h"

static void
assert_fields (HpHeadStore *store, guint index, const char *request, const char *response)
{
  g_autoptr (HpRequestDetails) details = hp_head_store_dup (store, index);

  g_assert_nonnull (details);
  g_assert_cmpstr (details->request_fields, ==, request);
  g_assert_cmpstr (details->response_fields, ==, response);
}

/* Whatever bytes a client sends come back as they were. */
static void
test_hostile (void)
{
  static const char *const texts[] = {
    NULL,
    "",
    "\n",
    "\n\n\n",
    "Host: a\n",
    "Host: a",
    "\nHost: a\n\nB: c",
    "Host: a\r\nHost: a\r\n",
    "X: \xff\xfe\x01\x7f\xe2\x80\xae\n",
    "no colon\n: no name\n \t\n",
    "Host: a\nHost: a\nHost: a\n",
  };
  const guint n = G_N_ELEMENTS (texts);
  g_autoptr (HpHeadStore) store = hp_head_store_new ();

  for (guint i = 0; i < n * n; i++)
    {
      HpRequestRecord record = { .request_fields = texts[i / n], .response_fields = texts[i % n] };

      hp_head_store_append (store, i, &record);
    }
  for (guint round = 0; round < 2; round++)
    {
      g_assert_null (hp_head_store_dup (store, 0)); /* nothing but NULLs */
      for (guint i = 1; i < n * n; i++)
        assert_fields (store, i, texts[i / n], texts[i % n]);
      g_assert_null (hp_head_store_dup (store, n * n));
      if (round == 0)
        hp_head_store_close (store);
    }
}

static void
test_bodies (void)
{
  g_autoptr (HpHeadStore) store = hp_head_store_new ();
  g_autofree char *large = g_strnfill (HP_RECORD_MAX_BODY + 100, 'x');
  const HpRequestRecord records[] = {
    { .body = "a\0b\0", .body_length = 4, .file = "img/\xff.png" },
    { .body = "", .body_length = 0 },
    { .body = large, .body_length = HP_RECORD_MAX_BODY + 100, .file = "" },
    { .file = "img/\xff.png" },
  };

  /* With gaps between. */
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    hp_head_store_append (store, 3 + i * 5, &records[i]);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (HpRequestDetails) details = hp_head_store_dup (store, i);
      HpRequestRecord record = { 0 };
      guint r = i / 5;

      if (i % 5 != 3 || r >= G_N_ELEMENTS (records))
        {
          g_assert_null (details);
          continue;
        }
      g_assert_cmpstr (details->file, ==, records[r].file);
      g_assert_null (details->request_fields);
      hp_request_details_apply (details, &record);
      g_assert_cmpint (record.body == NULL, ==, records[r].body == NULL);
      g_assert_cmpuint (record.body_length, ==, MIN (records[r].body_length, HP_RECORD_MAX_BODY));
      if (record.body_length > 0)
        g_assert_cmpmem (record.body, record.body_length, records[r].body, record.body_length);
    }
}

/* Random heads of a few lines, some very long: all come back, cut where they are too long. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (HpHeadStore) store = hp_head_store_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 600; i++)
    {
      GString *text = g_string_new (NULL);
      guint n_lines = g_rand_int_range (random, 0, 25);
      HpRequestRecord record = { 0 };

      for (guint l = 0; l < n_lines; l++)
        {
          guint length = g_rand_int_range (random, 0, i % 50 == 0 ? 3000 : 8);

          for (guint c = 0; c < length; c++)
            g_string_append_c (text, g_rand_int_range (random, 1, 4));
          g_string_append_c (text, '\n');
        }
      record.request_fields = text->str;
      record.response_fields = i > 0 ? g_ptr_array_index (texts, i - 1) : NULL;
      hp_head_store_append (store, i, &record);
      if (text->len > HP_RECORD_MAX_HEAD)
        g_string_truncate (text, HP_RECORD_MAX_HEAD);
      g_ptr_array_add (texts, g_string_free (text, FALSE));
    }
  hp_head_store_close (store);
  for (guint i = 0; i < texts->len; i++)
    assert_fields (store, i, g_ptr_array_index (texts, i),
                   i > 0 ? g_ptr_array_index (texts, i - 1) : NULL);
}

/* Heads that are alike take next to nothing; equal ones have equal numbers. */
static void
test_sharing (void)
{
  static const char request[]
      = "Host: localhost:62893\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; "
        "rv:128.0) Gecko/20100101 Firefox/128.0\nAccept: image/avif,image/"
        "webp,*/*\nAccept-Language: en-US,en;q=0.5\nConnection: keep-alive\n";
  g_autoptr (HpHeadStore) store = hp_head_store_new ();
  guint32 first[2], second[2], other[2];
  double bytes;

  for (guint i = 0; i < 4096; i++)
    {
      g_autofree char *response = g_strdup_printf (
          "Date: Tue, 24 Nov 2026 14:%02u:%02u GMT\nServer: homeport\nContent-Type: "
          "image/png\nContent-Length: %u\nETag: \"%x\"\nCache-Control: no-cache\n",
          i / 600, i / 10 % 60, 1000 + i % 500, 77 * (i % 500));
      HpRequestRecord record = { .request_fields = request, .response_fields = response };

      hp_head_store_append (store, i, &record);
    }
  hp_head_store_close (store);
  hp_head_store_get_lists (store, 0, &first[0], &first[1]);
  hp_head_store_get_lists (store, 1, &second[0], &second[1]);
  hp_head_store_get_lists (store, 5000, &other[0], &other[1]);
  g_assert_cmpuint (first[0], ==, second[0]);
  g_assert_cmpuint (first[1], !=, second[1]);
  g_assert_cmpuint (other[0] + other[1], ==, 0);
  bytes = hp_head_store_get_bytes (store) / 4096.0;
  g_test_minimized_result (bytes, "%.1f bytes for heads of %d", bytes, (int) sizeof request + 150);
  g_assert_cmpfloat (bytes, <, 80);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/head-store/hostile", test_hostile);
  g_test_add_func ("/head-store/bodies", test_bodies);
  g_test_add_func ("/head-store/random", test_random);
  g_test_add_func ("/head-store/sharing", test_sharing);
  return g_test_run ();
}
