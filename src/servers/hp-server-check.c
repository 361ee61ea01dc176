/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <glib/gi18n-lib.h>

#include "http/hp-port-question.h"
#include "log/hp-log-format.h"
#include "ports/hp-port-check.h"
#include "servers/hp-server-check.h"

/* How far back a problem still tells something. */
#define LOOK_BACK 1000

typedef struct
{
  HpCheckResult result;
  char *text;
} Step;

struct _HpServerCheck
{
  GObject parent_instance;

  /* owned */
  HpServer *server;
  GCancellable *cancellable; /* of this run */
  char *conclusion;

  Step steps[HP_N_CHECKS];
  HpRemedy remedy;
  guint16 port;
};

G_DEFINE_FINAL_TYPE (HpServerCheck, hp_server_check, G_TYPE_OBJECT)

static guint changed_signal;

static void
set_step (HpServerCheck *self, HpCheck check, HpCheckResult result, char *text)
{
  Step *step = &self->steps[check];

  g_free (step->text);
  *step = (Step){ result, text };
  g_signal_emit (self, changed_signal, 0);
}

/* The first serious thing found is the conclusion; later ones may follow from it. */
static void
conclude (HpServerCheck *self, HpRemedy remedy, char *conclusion)
{
  if (self->conclusion)
    {
      g_free (conclusion);
      return;
    }
  self->conclusion = conclusion;
  self->remedy = remedy;
}

static void
end (HpServerCheck *self)
{
  for (guint i = 0; i < HP_N_CHECKS; i++)
    if (self->steps[i].result == HP_CHECK_PENDING)
      self->steps[i].result = HP_CHECK_SKIPPED;

  conclude (self, HP_REMEDY_OPEN,
            g_strdup_printf (_ ("All is well. If a browser still shows an error, look at its "
                                "address: it must begin with http://, not https://, and end with "
                                "the port %u."),
                             self->port));
  g_signal_emit (self, changed_signal, 0);
}

/* --- the requests of others --- */

static void
check_requests (HpServerCheck *self)
{
  HpRequestLog *log = hp_server_get_log (self->server);
  guint64 next = hp_request_log_get_next_seq (log);
  guint64 first = MAX (hp_request_log_get_first_seq (log), next > LOOK_BACK ? next - LOOK_BACK : 0);
  HpRequestRecord record;

  for (guint64 seq = next; seq-- > first;)
    if (hp_request_log_get (log, seq, &record) && hp_request_record_is_problem (&record))
      {
        g_autofree char *target = hp_log_format_visible (record.target, 80);

        set_step (self, HP_CHECK_REQUESTS, HP_CHECK_WARNING,
                  g_strdup_printf (_ ("The last problem: “%s”. %s."), target,
                                   hp_reason_get_words (record.reason)));
        end (self);
        return;
      }

  set_step (self, HP_CHECK_REQUESTS, HP_CHECK_GOOD,
            g_strdup (next > first ? _ ("None of the latest requests had a problem.")
                                   : _ ("Nobody has asked for anything yet.")));
  end (self);
}

/* --- asking --- */

static gboolean
is_refusal (const HpPortAnswer *answer)
{
  return answer->status >= 400;
}

/* Whether a folder without index.html is what is the matter. */
static gboolean
lists_nothing (HpServerCheck *self, guint status)
{
  return (status == 403 || status == 404)
         && !hp_server_options_get (hp_server_get_options (self->server), HP_OPTION_LIST_FOLDERS);
}

static void
check_page (HpServerCheck *self, const HpPortAnswer *answer)
{
  const char *type = answer->type ? answer->type : _ ("no type");

  if (!is_refusal (answer))
    {
      set_step (self, HP_CHECK_PAGE, HP_CHECK_GOOD,
                answer->title
                    ? g_strdup_printf (_ ("The first page is “%s” (%s)."), answer->title, type)
                    : g_strdup_printf (_ ("The first page has no title (%s)."), type));
    }
  else
    {
      set_step (self, HP_CHECK_PAGE, HP_CHECK_WARNING,
                g_strdup_printf (_ ("The first page is refused with status %u."), answer->status));
      conclude (
          self, HP_REMEDY_NONE,
          lists_nothing (self, answer->status)
              ? g_strdup (_ ("The folder has no index.html, and listing its files is off. "
                             "Switch on “List Folder Contents” in its menu, or name a file in the "
                             "address."))
              : g_strdup_printf (_ ("Homeport answers, but refuses the first page with "
                                    "status %u. The request in the log says why."),
                                 answer->status));
    }
  check_requests (self);
}

static void
localhost_asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServerCheck) self = user_data;
  g_autoptr (HpPortAnswer) answer = hp_port_ask_finish (result, NULL);
  const char *shadow = hp_server_get_shadow_text (self->server);

  if (!answer)
    return;

  if (answer->problem)
    {
      set_step (self, HP_CHECK_LOCALHOST, HP_CHECK_BAD, g_strdup (answer->problem));
      conclude (self, HP_REMEDY_COPY_NUMBER,
                g_strdup (_ ("The name localhost does not lead here. Use the address with "
                             "127.0.0.1.")));
      check_requests (self);
      return;
    }

  if (shadow)
    {
      set_step (self, HP_CHECK_LOCALHOST, HP_CHECK_WARNING, g_strdup (shadow));
      conclude (self, HP_REMEDY_COPY_NUMBER,
                g_strdup (_ ("A browser that tries IPv6 first meets another program. Use the "
                             "address with 127.0.0.1.")));
    }
  else
    {
      set_step (self, HP_CHECK_LOCALHOST, HP_CHECK_GOOD,
                g_strdup_printf (_ ("http://localhost:%u/ is answered."), self->port));
    }
  check_page (self, answer);
}

static void
ask (HpServerCheck *self, const char *host, GAsyncReadyCallback callback)
{
  g_autofree char *url = g_strdup_printf ("http://%s:%u/", host, self->port);

  hp_port_ask_async (url, self->cancellable, callback, g_object_ref (self));
}

/* --- the name --- */

static char *
join_addresses (GList *addresses, gboolean *is_here)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *link = addresses; link; link = link->next)
    {
      g_autofree char *one = g_inet_address_to_string (link->data);

      *is_here |= g_str_equal (one, "127.0.0.1");
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", one);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
name_resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServerCheck) self = user_data;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (object), result, &error);
  gboolean is_here = FALSE;
  g_autofree char *text = join_addresses (addresses, &is_here);

  g_resolver_free_addresses (addresses);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (is_here)
    {
      set_step (self, HP_CHECK_NAME, HP_CHECK_GOOD, g_strdup_printf (_ ("localhost is %s."), text));
    }
  else
    {
      set_step (self, HP_CHECK_NAME, HP_CHECK_WARNING,
                *text ? g_strdup_printf (_ ("localhost is %s, and not 127.0.0.1."), text)
                      : g_strdup (_ ("The name localhost is not known.")));
      conclude (self, HP_REMEDY_COPY_NUMBER,
                g_strdup (_ ("The system’s file /etc/hosts does not say that localhost is "
                             "127.0.0.1. Use the address with 127.0.0.1.")));
    }
  ask (self, "localhost", localhost_asked_cb);
}

static void
number_asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServerCheck) self = user_data;
  g_autoptr (HpPortAnswer) answer = hp_port_ask_finish (result, NULL);
  g_autoptr (GResolver) resolver = NULL;

  if (!answer)
    return;

  if (answer->problem)
    {
      set_step (self, HP_CHECK_NUMBER, HP_CHECK_BAD, g_strdup (answer->problem));
      conclude (self, HP_REMEDY_START,
                g_strdup (_ ("The port is open, but no answer comes through it. A firewall or a "
                             "security program may block connections within this computer. "
                             "Starting the server again may help.")));
      end (self);
      return;
    }

  set_step (self, HP_CHECK_NUMBER, HP_CHECK_GOOD,
            g_strdup_printf (_ ("http://127.0.0.1:%u/ is answered."), self->port));
  resolver = g_resolver_get_default ();
  g_resolver_lookup_by_name_async (resolver, "localhost", self->cancellable, name_resolved_cb,
                                   g_object_ref (self));
}

/* --- this computer --- */

static gboolean
loopback_is_up (void)
{
  struct ifaddrs *all;
  gboolean up = FALSE;

  if (getifaddrs (&all) < 0)
    return FALSE;
  for (struct ifaddrs *one = all; one; one = one->ifa_next)
    if ((one->ifa_flags & (IFF_LOOPBACK | IFF_UP)) == (IFF_LOOPBACK | IFF_UP) && one->ifa_addr
        && one->ifa_addr->sa_family == AF_INET)
      up = TRUE;
  freeifaddrs (all);
  return up;
}

static gboolean
check_loopback (HpServerCheck *self)
{
  if (loopback_is_up ())
    {
      set_step (self, HP_CHECK_LOOPBACK, HP_CHECK_GOOD,
                g_strdup (_ ("The network interface “lo” is up.")));
      return TRUE;
    }

  set_step (self, HP_CHECK_LOOPBACK, HP_CHECK_BAD,
            g_strdup (_ ("The network interface “lo” is down.")));
  conclude (self, HP_REMEDY_NONE,
            g_strdup (_ ("This computer can’t talk to itself: its network interface “lo” is down. "
                         "An administrator can bring it up with “ip link set lo up”.")));
  return FALSE;
}

static gboolean
check_socket (HpServerCheck *self)
{
  HpPortVerdict verdict;

  hp_port_check_glance (self->port, &verdict);
  if (verdict.state == HP_PORT_OURS)
    {
      set_step (self, HP_CHECK_SOCKET, HP_CHECK_GOOD,
                g_strdup_printf (_ ("Homeport listens on 127.0.0.1:%u."), self->port));
      return TRUE;
    }

  set_step (self, HP_CHECK_SOCKET, HP_CHECK_BAD,
            g_strdup_printf (verdict.state == HP_PORT_FREE
                                 ? _ ("Nobody listens on 127.0.0.1:%u.")
                                 : _ ("Another program listens on 127.0.0.1:%u."),
                             self->port));
  conclude (self, HP_REMEDY_START,
            g_strdup (_ ("Homeport’s socket is gone. Start the server again.")));
  return FALSE;
}

static gboolean
check_serving (HpServerCheck *self)
{
  const char *problem = hp_server_get_problem_text (self->server);
  gboolean port_trouble = hp_server_get_problem (self->server) == HP_PROBLEM_PORT_IN_USE
                          || hp_server_get_problem (self->server) == HP_PROBLEM_PORT_PRIVILEGED;

  if (hp_server_get_state (self->server) == HP_SERVER_RUNNING)
    {
      g_autofree char *folder = hp_server_dup_folder_label (self->server);

      set_step (self, HP_CHECK_SERVING, HP_CHECK_GOOD,
                g_strdup_printf (_ ("Homeport serves %s."), folder));
      return TRUE;
    }

  set_step (self, HP_CHECK_SERVING, HP_CHECK_BAD,
            g_strdup (problem ? problem : _ ("The folder is not being served.")));
  conclude (self,
            port_trouble ? HP_REMEDY_CHANGE_PORT
            : problem    ? HP_REMEDY_NONE
                         : HP_REMEDY_START,
            problem ? g_strdup (problem)
                    : g_strdup (_ ("Nothing answers because the folder is not being served. Start "
                                   "it.")));
  return FALSE;
}

void
hp_server_check_run (HpServerCheck *self)
{
  g_return_if_fail (HP_IS_SERVER_CHECK (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->conclusion, g_free);
  self->remedy = HP_REMEDY_NONE;
  self->port = hp_server_get_active_port (self->server);
  if (self->port == 0)
    self->port = hp_server_get_port (self->server);
  for (guint i = 0; i < HP_N_CHECKS; i++)
    set_step (self, i, HP_CHECK_PENDING, NULL);

  if (check_serving (self) && check_socket (self) && check_loopback (self))
    ask (self, "127.0.0.1", number_asked_cb);
  else
    end (self);
}

const char *
hp_server_check_get_title (HpCheck check)
{
  static const char *const titles[] = {
    [HP_CHECK_SERVING] = N_ ("The folder is served"),
    [HP_CHECK_SOCKET] = N_ ("The port is open"),
    [HP_CHECK_LOOPBACK] = N_ ("The computer can talk to itself"),
    [HP_CHECK_NUMBER] = N_ ("127.0.0.1 answers"),
    [HP_CHECK_NAME] = N_ ("“localhost” is this computer"),
    [HP_CHECK_LOCALHOST] = N_ ("localhost answers"),
    [HP_CHECK_PAGE] = N_ ("There is a page"),
    [HP_CHECK_REQUESTS] = N_ ("Requests go well"),
  };

  g_return_val_if_fail ((guint) check < HP_N_CHECKS, NULL);

  return _ (titles[check]);
}

HpCheckResult
hp_server_check_get_result (HpServerCheck *self, HpCheck check)
{
  g_return_val_if_fail (HP_IS_SERVER_CHECK (self), HP_CHECK_PENDING);
  g_return_val_if_fail ((guint) check < HP_N_CHECKS, HP_CHECK_PENDING);

  return self->steps[check].result;
}

const char *
hp_server_check_get_text (HpServerCheck *self, HpCheck check)
{
  g_return_val_if_fail (HP_IS_SERVER_CHECK (self), NULL);
  g_return_val_if_fail ((guint) check < HP_N_CHECKS, NULL);

  return self->steps[check].text;
}

static gboolean
is_done (HpServerCheck *self)
{
  for (guint i = 0; i < HP_N_CHECKS; i++)
    if (self->steps[i].result == HP_CHECK_PENDING)
      return FALSE;
  return TRUE;
}

const char *
hp_server_check_get_conclusion (HpServerCheck *self)
{
  g_return_val_if_fail (HP_IS_SERVER_CHECK (self), NULL);

  return is_done (self) ? self->conclusion : NULL;
}

HpRemedy
hp_server_check_get_remedy (HpServerCheck *self)
{
  g_return_val_if_fail (HP_IS_SERVER_CHECK (self), HP_REMEDY_NONE);

  return self->remedy;
}

static void
hp_server_check_dispose (GObject *object)
{
  HpServerCheck *self = HP_SERVER_CHECK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (hp_server_check_parent_class)->dispose (object);
}

static void
hp_server_check_finalize (GObject *object)
{
  HpServerCheck *self = HP_SERVER_CHECK (object);

  for (guint i = 0; i < HP_N_CHECKS; i++)
    g_free (self->steps[i].text);
  g_free (self->conclusion);

  G_OBJECT_CLASS (hp_server_check_parent_class)->finalize (object);
}

static void
hp_server_check_class_init (HpServerCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hp_server_check_dispose;
  object_class->finalize = hp_server_check_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_server_check_init (HpServerCheck *self)
{
}

HpServerCheck *
hp_server_check_new (HpServer *server)
{
  HpServerCheck *self = g_object_new (HP_TYPE_SERVER_CHECK, NULL);

  self->server = g_object_ref (server);
  return self;
}
