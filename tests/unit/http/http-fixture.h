/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/resource.h>

#include "http/hp-connection.h"
#include "http/hp-http-server.h"

/* Real sockets: the client is the test's own thread, which blocks; the server has the engine's. */

#define MIB       (1024 * 1024)
#define BIG_SIZE  (8 * MIB)
#define PATIENCE  (60 * G_USEC_PER_SEC)
#define HOST      "Host: localhost\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

typedef struct
{
  char *folder;
  HpEngine *engine;
  HpRecordQueue *queue;
  HpHttpServer *server;
  HpRecordBatch *batch; /* of the last wait_records() */
  guint8 *big;
} Fixture;

typedef struct
{
  gboolean done;
  GError *error;
} Outcome;

void started_cb (GObject *object, GAsyncResult *result, gpointer user_data);
void stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data);
void wait_for (Outcome *outcome);
GError *try_start (HpHttpServer *server, guint16 port);
guint16 start (Fixture *f);
void stop (HpHttpServer *server);
void write_file (Fixture *f, const char *name, const void *data, gsize length);
void write_sparse (Fixture *f, const char *name, goffset size);
void set_up (Fixture *f, gconstpointer data);
void tear_down (Fixture *f, gconstpointer data);
HpRecordBatch *wait_records (Fixture *f, guint n);
HpRequestRecord wait_record (Fixture *f);
void assert_no_record (Fixture *f);
int dial_with (guint16 port, int receive_buffer);
int dial (guint16 port);
void say (int fd, const char *text);
void read_exactly (int fd, void *data, gsize length);
GByteArray *read_all (int fd);
char *read_head (int fd);
guint get_status (const char *head);
goffset get_length (const char *head);
gboolean says_close (const char *head);
guint read_answer (int fd, GByteArray **body);
void expect (int fd, guint status, const void *data, gsize length);
void expect_end (int fd);
void expect_gone (int fd);
guint count_fds (void);
void wait_for_fds (guint n);
void set_up_limited (Fixture *f, gconstpointer limits);
void tear_down_limited (Fixture *f, gconstpointer limits);
gboolean need_fds (rlim_t n);
int compare_times (const void *a, const void *b);
gint64 measure_latency (guint16 port, guint percentile);
