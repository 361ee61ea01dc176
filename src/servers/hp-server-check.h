/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"

G_BEGIN_DECLS

/* "It doesn't open": looks at everything between a server and a browser on this computer, one step
 * after the other, and comes to one conclusion with the way out. Main thread; never blocks.
 *
 * Signal "changed": a step, or the conclusion, is another one. */
#define HP_TYPE_SERVER_CHECK (hp_server_check_get_type ())
G_DECLARE_FINAL_TYPE (HpServerCheck, hp_server_check, HP, SERVER_CHECK, GObject)

typedef enum
{
  HP_CHECK_SERVING,   /* Homeport serves the folder */
  HP_CHECK_SOCKET,    /* its socket listens, and is ours */
  HP_CHECK_LOOPBACK,  /* the loopback interface is up */
  HP_CHECK_NUMBER,    /* a request to 127.0.0.1 is answered */
  HP_CHECK_NAME,      /* "localhost" is this computer */
  HP_CHECK_LOCALHOST, /* a request to localhost is answered, by us over IPv6 as well */
  HP_CHECK_PAGE,      /* there is something to show at "/" */
  HP_CHECK_REQUESTS,  /* what browsers were refused last */

  HP_N_CHECKS
} HpCheck;

typedef enum
{
  HP_CHECK_PENDING,
  HP_CHECK_GOOD,
  HP_CHECK_WARNING,
  HP_CHECK_BAD,
  HP_CHECK_SKIPPED, /* says nothing after what went wrong before it */
} HpCheckResult;

/* What would mend it. */
typedef enum
{
  HP_REMEDY_NONE,
  HP_REMEDY_START,
  HP_REMEDY_CHANGE_PORT,
  HP_REMEDY_COPY_NUMBER, /* the address with 127.0.0.1 */
  HP_REMEDY_OPEN,
} HpRemedy;

HpServerCheck *hp_server_check_new (HpServer *server);
/* Begins, or begins anew. */
void hp_server_check_run (HpServerCheck *self);

/* What the step looks at; translated. */
const char *hp_server_check_get_title (HpCheck check);
HpCheckResult hp_server_check_get_result (HpServerCheck *self, HpCheck check);
/* What was found, in a sentence. (nullable): nothing yet */
const char *hp_server_check_get_text (HpServerCheck *self, HpCheck check);
/* (nullable): not at the end yet */
const char *hp_server_check_get_conclusion (HpServerCheck *self);
HpRemedy hp_server_check_get_remedy (HpServerCheck *self);

G_END_DECLS
