/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-byte-ranges.h"

#define BIG G_GINT64_CONSTANT (6000000000)

typedef struct
{
  const char *field;
  goffset size;
  HpRangeVerdict verdict;
  goffset offset;
  goffset length;
} Row;

#define PART(field, size, offset, length)                                                          \
  {                                                                                                \
    field, size, HP_RANGE_PART, offset, length                                                     \
  }
#define WHOLE(field, size)                                                                         \
  {                                                                                                \
    field, size, HP_RANGE_WHOLE, 0, 0                                                              \
  }
#define NOTHING(field, size)                                                                       \
  {                                                                                                \
    field, size, HP_RANGE_UNSATISFIABLE, 0, 0                                                      \
  }

static const Row rows[] = {
  PART ("bytes=0-0", 11, 0, 1),
  PART ("bytes=0-4", 11, 0, 5),
  PART ("bytes=2-", 11, 2, 9),
  PART ("bytes=0-", 11, 0, 11),
  PART ("bytes=0-10", 11, 0, 11),
  PART ("bytes=10-10", 11, 10, 1),
  PART ("bytes=10-", 11, 10, 1),
  PART ("bytes=5-5", 11, 5, 1),
  /* cut to the file */
  PART ("bytes=0-11", 11, 0, 11),
  PART ("bytes=5-1000", 9, 5, 4),
  PART ("bytes=15-999", 20, 15, 5),
  PART ("bytes=0-18446744073709551615", 11, 0, 11),
  PART ("bytes=1-99999999999999999999999999999999", 11, 1, 10),
  PART ("bytes=0-9223372036854775807", 11, 0, 11),
  PART ("bytes=0-9223372036854775808", 11, 0, 11),
  /* the end */
  PART ("bytes=-1", 11, 10, 1),
  PART ("bytes=-5", 11, 6, 5),
  PART ("bytes=-11", 11, 0, 11),
  PART ("bytes=-12", 11, 0, 11),
  PART ("bytes=-500", 20, 0, 20),
  PART ("bytes=-99999999999999999999999999", 11, 0, 11),
  PART ("bytes=-9223372036854775807", 11, 0, 11),
  /* spelling */
  PART ("Bytes=0-4", 11, 0, 5),
  PART ("BYTES=-1", 11, 10, 1),
  PART ("bytes=00-0004", 11, 0, 5),
  PART ("bytes=0-4,", 11, 0, 5),
  PART ("bytes=,0-4", 11, 0, 5),
  PART ("bytes= ,, 0-4 ,\t", 11, 0, 5),
  PART ("bytes= 0-4", 11, 0, 5),
  PART ("bytes=0-4 ", 11, 0, 5),
  /* over 32 bits */
  PART ("bytes=4294967296-4294967297", BIG, 4294967296, 2),
  PART ("bytes=5999999999-", BIG, 5999999999, 1),
  PART ("bytes=-1", BIG, BIG - 1, 1),
  PART ("bytes=0-", G_MAXOFFSET, 0, G_MAXOFFSET),
  PART ("bytes=1-9223372036854775807", G_MAXOFFSET, 1, G_MAXOFFSET - 1),
  PART ("bytes=-9223372036854775807", G_MAXOFFSET, 0, G_MAXOFFSET),
  /* nothing of the file */
  NOTHING ("bytes=11-", 11),
  NOTHING ("bytes=11-11", 11),
  NOTHING ("bytes=11-20", 11),
  NOTHING ("bytes=100-200", 11),
  NOTHING ("bytes=18446744073709551616-", 11),
  NOTHING ("bytes=4294967296-", 11),
  NOTHING ("bytes=9223372036854775807-", 11),
  NOTHING ("bytes=-0", 11),
  NOTHING ("bytes=-000", 11),
  NOTHING ("bytes=20-30,-0,11-", 11),
  NOTHING ("bytes=0-", 0),
  NOTHING ("bytes=0-0", 0),
  NOTHING ("bytes=-0", 0),
  /* several */
  WHOLE ("bytes=0-0,1-1", 11),
  WHOLE ("bytes=0-4,6-", 11),
  WHOLE ("bytes=0-,0-,0-,0-", 11),
  WHOLE ("bytes=-1,100-", 11),
  WHOLE ("bytes=100-,-1", 11),
  /* all of an empty file */
  WHOLE ("bytes=-1", 0),
  WHOLE ("bytes=-5", 0),
  /* other units */
  WHOLE ("", 11),
  WHOLE ("items=0-5", 11),
  WHOLE ("none", 11),
  WHOLE ("byte=0-4", 11),
  WHOLE ("bytess=0-4", 11),
  /* malformed */
  WHOLE ("bytes", 11),
  WHOLE ("bytes=", 11),
  WHOLE ("bytes= ", 11),
  WHOLE ("bytes=,", 11),
  WHOLE ("bytes =0-4", 11),
  WHOLE (" bytes=0-4", 11),
  WHOLE ("bytes:0-4", 11),
  WHOLE ("bytes 0-4", 11),
  WHOLE ("bytes=-", 11),
  WHOLE ("bytes=4", 11),
  WHOLE ("bytes=4-2", 11),
  WHOLE ("bytes=100-99", 11),
  WHOLE ("bytes=a-b", 11),
  WHOLE ("bytes=0-b", 11),
  WHOLE ("bytes=a-", 11),
  WHOLE ("bytes=--1", 11),
  WHOLE ("bytes=-1-", 11),
  WHOLE ("bytes=-1-8", 9),
  WHOLE ("bytes=1-2-3", 11),
  WHOLE ("bytes=+1-2", 11),
  WHOLE ("bytes=0x1-2", 11),
  WHOLE ("bytes=0 - 4", 11),
  WHOLE ("bytes=0- 4", 11),
  WHOLE ("bytes=0-4;", 11),
  WHOLE ("bytes=0-4 5-6", 11),
  WHOLE ("bytes=0-4,x", 11),
  WHOLE ("bytes=20-30,x", 11),
  WHOLE ("bytes=1.0-2", 11),
  WHOLE ("bytes=\xc2\xb2-3", 11),
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      goffset offset = -1, length = -1;
      HpRangeVerdict verdict = hp_byte_ranges_parse (rows[i].field, rows[i].size, &offset, &length);

      g_test_message ("%s of %" G_GOFFSET_FORMAT, rows[i].field, rows[i].size);
      g_assert_cmpint (verdict, ==, rows[i].verdict);
      if (verdict == HP_RANGE_PART)
        {
          g_assert_cmpint (offset, ==, rows[i].offset);
          g_assert_cmpint (length, ==, rows[i].length);
        }
    }
}

static void
test_absent (void)
{
  goffset offset, length;

  g_assert_cmpint (hp_byte_ranges_parse (NULL, 11, &offset, &length), ==, HP_RANGE_WHOLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/byte-ranges/table", test_table);
  g_test_add_func ("/byte-ranges/absent", test_absent);

  return g_test_run ();
}
