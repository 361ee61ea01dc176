/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-view.h"

/* What ./dev bench log fills logs with: 2000 files, every tenth request with a query string of its
 * own, 30 browsers, 100 pages that refer; or only different paths of 60 characters. */
typedef enum
{
  BENCH_REALISTIC,
  BENCH_UNIQUE,
} BenchKind;

/* Milliseconds of this thread: neighbours on the machine don't count. */
double bench_thread_ms (void);

/* The next batch of n; first: how many there were before. */
HpRecordBatch *bench_batch (HpRecordQueue *queue, BenchKind kind, guint first, guint n);

/* Milliseconds that the log took for n records in batches; making them is not counted. */
double bench_fill (HpRequestLog *log, BenchKind kind, guint n, guint batch_size);

void bench_row (const char *what, double value, const char *unit, const char *wanted);
