/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What looking at ports costs while 20,000 sockets are open. Nothing here passes or fails. */

#include "config.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <locale.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>

#include "http/hp-peer-check.h"
#include "ports/hp-client-names.h"
#include "ports/hp-port-list.h"
#include "ports/hp-port-monitor.h"
#include "ports/hp-port-view.h"

#define N_PROCESSES 8
#define N_PAIRS     1250 /* of each: 2,500 sockets */
#define N_PORTS     20
#define N_PEERS     100
#define N_ROUNDS    101

/* --- many sockets --- */

static void
open_sockets (int report)
{
  struct rlimit limit = { 4096, 4096 };
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM, 0);
  int n = 0;

  setrlimit (RLIMIT_NOFILE, &limit);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (listener, (struct sockaddr *) &address, sizeof address) != 0
      || listen (listener, 128) != 0
      || getsockname (listener, (struct sockaddr *) &address, &length) != 0)
    _exit (1);
  for (n = 0; n < N_PAIRS; n++)
    {
      int client = socket (AF_INET, SOCK_STREAM, 0);

      if (client < 0 || connect (client, (struct sockaddr *) &address, sizeof address) != 0
          || accept (listener, NULL, NULL) < 0)
        break;
    }
  if (write (report, &n, sizeof n) == sizeof n)
    pause ();
  _exit (0);
}

static int
start_processes (pid_t *pids)
{
  int total = 0;
  int report[2];

  if (pipe (report) != 0)
    g_error ("no pipe");
  for (int i = 0; i < N_PROCESSES; i++)
    {
      int n = 0;

      pids[i] = fork ();
      if (pids[i] == 0)
        open_sockets (report[1]);
      if (read (report[0], &n, sizeof n) != sizeof n)
        g_error ("the sockets can't be opened");
      total += 2 * n + 1;
    }
  return total;
}

/* --- measuring --- */

static int
compare (gconstpointer a, gconstpointer b)
{
  const double *left = a;
  const double *right = b;

  return (*left > *right) - (*left < *right);
}

static double
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

/* The median of the CPU time that func takes, microseconds. */
static double
measure (void (*func) (gpointer data), gpointer data, int rounds)
{
  double times[N_ROUNDS];

  func (data);
  for (int i = 0; i < rounds; i++)
    {
      double start = get_cpu_us ();

      func (data);
      times[i] = get_cpu_us () - start;
    }
  qsort (times, (gsize) rounds, sizeof times[0], compare);
  return times[rounds / 2];
}

static void
look_at_ports (gpointer data)
{
  HpPortVerdict verdict;

  for (guint16 i = 0; i < N_PORTS; i++)
    hp_port_check_glance (62893 + i, &verdict);
}

static void
list_ports (gpointer data)
{
  g_array_unref (hp_port_view_list_listening ());
}

/* The bare questions and answers, not looked at: what no program can be faster than. */
static void
dump (int fd, int family, int protocol, guint32 states)
{
  struct
  {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
  } request = {
    .header = { .nlmsg_len = sizeof request,
                .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
    .body = { .sdiag_family = family, .sdiag_protocol = protocol, .idiag_states = states },
  };
  static char buffer[65536] __attribute__ ((aligned (8)));
  const struct nlmsghdr *answer = (const void *) buffer;

  if (send (fd, &request, sizeof request, 0) != sizeof request)
    return;
  while (recv (fd, buffer, sizeof buffer, 0) > 0 && answer->nlmsg_type == SOCK_DIAG_BY_FAMILY)
    continue;
}

static void
dump_ports (gpointer data)
{
  const int fd = *(int *) data;

  dump (fd, AF_INET, IPPROTO_TCP, 1 << TCP_LISTEN);
  dump (fd, AF_INET6, IPPROTO_TCP, 1 << TCP_LISTEN);
  dump (fd, AF_INET, IPPROTO_UDP, 1 << TCP_CLOSE);
  dump (fd, AF_INET6, IPPROTO_UDP, 1 << TCP_CLOSE);
}

/* Milliseconds of the clock: another program's CPU time isn't ours. */
static double
time_ss (void)
{
  double times[5];

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 start = g_get_monotonic_time ();

      if (!g_spawn_command_line_sync ("sh -c 'ss -tulnp >/dev/null'", NULL, NULL, NULL, NULL))
        return 0;
      times[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare);
  return times[2];
}

/* --- whose program a client is --- */

typedef struct
{
  HpPeerCheck *check;
  struct sockaddr_in client;
  struct sockaddr_in server;
} Peer;

static void
look_at_peers (gpointer data)
{
  Peer *self = data;
  guint32 inode;
  uid_t uid;

  for (int i = 0; i < N_PEERS; i++)
    hp_peer_check_look (self->check, &self->client, &self->server, &uid, &inode);
}

static double
measure_peer (void)
{
  g_autoptr (HpPeerCheck) check = hp_peer_check_new ();
  Peer peer = { .check = check, .server = { .sin_family = AF_INET } };
  socklen_t length = sizeof peer.server;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int server;
  double us;

  peer.server.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (listener, (struct sockaddr *) &peer.server, sizeof peer.server) != 0
      || listen (listener, 1) != 0
      || getsockname (listener, (struct sockaddr *) &peer.server, &length) != 0
      || connect (client, (struct sockaddr *) &peer.server, sizeof peer.server) != 0)
    g_error ("no connection");
  length = sizeof peer.client;
  server = accept (listener, (struct sockaddr *) &peer.client, &length);
  us = measure (look_at_peers, &peer, N_ROUNDS) / N_PEERS;
  close (server);
  close (client);
  close (listener);
  return us;
}

/* --- the list, as the window has it --- */

typedef struct
{
  GMainLoop *loop;
  gint64 last;
  gint64 worst;
} Pace;

static gboolean
pace_cb (gpointer data)
{
  Pace *self = data;
  gint64 now = g_get_monotonic_time ();

  self->worst = MAX (self->worst, now - self->last);
  self->last = now;
  return G_SOURCE_CONTINUE;
}

static void
quit_cb (HpPortList *list, gpointer data)
{
  g_main_loop_quit (((Pace *) data)->loop);
}

static void
measure_list (void)
{
  g_autoptr (HpPortList) list = hp_port_list_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Pace pace = { .loop = loop, .last = g_get_monotonic_time () };
  gint64 start = g_get_monotonic_time ();
  guint source = g_timeout_add (1, pace_cb, &pace);

  g_signal_connect (list, "refreshed", G_CALLBACK (quit_cb), &pace);
  hp_port_list_refresh (list);
  g_main_loop_run (loop);
  g_source_remove (source);
  g_print (
      "first look of the list, owners included: %.1f ms; longest gap in the main thread %.1f ms\n",
      (double) (g_get_monotonic_time () - start) / 1000, (double) pace.worst / 1000);
}

static gboolean
time_over_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* How often the threads of this program have been woken in the given time. Entering and leaving
 * the wait for that time is not counted. */
static long
count_wake_ups (guint seconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  struct rusage before, after;

  g_timeout_add_seconds (seconds, time_over_cb, loop);
  getrusage (RUSAGE_SELF, &before);
  g_main_loop_run (loop);
  getrusage (RUSAGE_SELF, &after);
  return MAX (after.ru_nvcsw - before.ru_nvcsw - 1, 0);
}

/* With all that the window has, and nobody who looks any more. GLib's threads that have nothing to
 * do end after a quarter of a minute. */
static void
measure_hidden (void)
{
  g_autoptr (HpPortList) list = hp_port_list_new ();
  g_autoptr (HpPortMonitor) monitor = hp_port_monitor_new ();
  g_autoptr (HpClientNames) names = hp_client_names_new ();
  long first;

  hp_port_list_set_watching (list, TRUE);
  hp_port_monitor_set_active (monitor, TRUE);
  for (guint16 i = 0; i < N_PORTS; i++)
    hp_port_monitor_watch (monitor, 62893 + i);
  hp_client_names_note (names, 1, 1);
  count_wake_ups (2);
  hp_port_list_set_watching (list, FALSE);
  hp_port_monitor_set_active (monitor, FALSE);

  first = count_wake_ups (20);
  g_print ("hidden: %ld wake-ups in 60 s (%ld in the 20 s before, while threads end)\n",
           count_wake_ups (60), first);
}

int
main (void)
{
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  int fd = socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  pid_t pids[N_PROCESSES];
  int n_sockets = start_processes (pids);
  double tick, raw, listing, ss;

  setlocale (LC_ALL, "");
  if (fd < 0 || connect (fd, (struct sockaddr *) &kernel, sizeof kernel) != 0)
    g_error ("no SOCK_DIAG");
  tick = measure (look_at_ports, NULL, N_ROUNDS);
  raw = measure (dump_ports, &fd, N_ROUNDS);
  listing = measure (list_ports, NULL, N_ROUNDS);
  ss = time_ss ();

  g_print ("%d sockets are open; medians of CPU time\n", n_sockets);
  g_print ("indicator, a look at %d ports: %.0f µs, %.4f %% of a core at 1 Hz\n", N_PORTS, tick,
           tick / 1e6 * 100);
  g_print ("list of all ports: %.0f µs, the bare dump %.0f µs: %.2f times that\n", listing, raw,
           listing / raw);
  if (ss > 0)
    g_print ("ss -tulnp: %.1f ms, %.0f times as long\n", ss, ss * 1000 / listing);
  g_print ("whose program a client is: %.1f µs for each connection\n", measure_peer ());
  measure_list ();
  measure_hidden ();

  for (int i = 0; i < N_PROCESSES; i++)
    {
      kill (pids[i], SIGKILL);
      waitpid (pids[i], NULL, 0);
    }
  return 0;
}
