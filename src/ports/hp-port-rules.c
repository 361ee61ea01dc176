/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ports/hp-port-check.h"
#include "ports/hp-port-rules.h"

#define CAP_NET_BIND_SERVICE_BIT 10
#define FIRST_ORDINARY_PORT      1024
#define LAST_PORT                65535

/* Fetch standard, "Port blocking": 83 ports, ascending, with what they are for. The names are
 * proper nouns. */
static const struct
{
  guint16 port;
  const char *use; /* NULL: not worth telling */
} blocked_ports[] = {
  { 0, NULL },         { 1, "tcpmux" },    { 7, "Echo" },       { 9, "Discard" },
  { 11, "systat" },    { 13, "Daytime" },  { 15, "netstat" },   { 17, "QOTD" },
  { 19, "CHARGEN" },   { 20, "FTP" },      { 21, "FTP" },       { 22, "SSH" },
  { 23, "Telnet" },    { 25, "SMTP" },     { 37, "Time" },      { 42, "Host Name Server" },
  { 43, "Whois" },     { 53, "DNS" },      { 69, "TFTP" },      { 77, NULL },
  { 79, "Finger" },    { 87, NULL },       { 95, "SUPDUP" },    { 101, "NIC Host Name" },
  { 102, "ISO-TSAP" }, { 103, "X.400" },   { 104, "DICOM" },    { 109, "POP2" },
  { 110, "POP3" },     { 111, "SunRPC" },  { 113, "Ident" },    { 115, "SFTP" },
  { 117, "UUCP" },     { 119, "NNTP" },    { 123, "NTP" },      { 135, "DCE RPC" },
  { 137, "NetBIOS" },  { 139, "NetBIOS" }, { 143, "IMAP" },     { 161, "SNMP" },
  { 179, "BGP" },      { 389, "LDAP" },    { 427, "SLP" },      { 465, "SMTP" },
  { 512, "rexec" },    { 513, "rlogin" },  { 514, "rsh" },      { 515, "LPD" },
  { 526, "Tempo" },    { 530, "Courier" }, { 531, "Chat" },     { 532, "Netnews" },
  { 540, "UUCP" },     { 548, "AFP" },     { 554, "RTSP" },     { 556, "RFS" },
  { 563, "NNTP" },     { 587, "SMTP" },    { 601, "syslog" },   { 636, "LDAP" },
  { 989, "FTP" },      { 990, "FTP" },     { 993, "IMAP" },     { 995, "POP3" },
  { 1719, "H.323" },   { 1720, "H.323" },  { 1723, "PPTP" },    { 2049, "NFS" },
  { 3659, "SASL" },    { 4045, "NFS" },    { 4190, "Sieve" },   { 5060, "SIP" },
  { 5061, "SIP" },     { 6000, "X11" },    { 6566, "SANE" },    { 6665, "IRC" },
  { 6666, "IRC" },     { 6667, "IRC" },    { 6668, "IRC" },     { 6669, "IRC" },
  { 6679, "IRC" },     { 6697, "IRC" },    { 10080, "Amanda" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (blocked_ports) == 83);

/* -1: not blocked. */
static int
find_blocked (guint16 port)
{
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (blocked_ports) && blocked_ports[i].port <= port; i++)
    {
      if (blocked_ports[i].port == port)
        return (int) i;
    }
  return -1;
}

gboolean
hp_port_is_browser_blocked (guint16 port)
{
  return find_blocked (port) >= 0;
}

const char *
hp_port_get_usual_use (guint16 port)
{
  int index = find_blocked (port);
  g_autofree char *text = NULL;

  if (index < 0 || blocked_ports[index].use == NULL)
    return NULL;

  /* Translators: of a port number; %s is the name of a network protocol, such as X11. */
  text = g_strdup_printf (_ ("reserved for %s"), blocked_ports[index].use);
  return g_intern_string (text);
}

static gboolean
has_bind_capability (void)
{
  g_autofree char *status = NULL;
  const char *field;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return FALSE;
  field = strstr (status, "\nCapEff:");
  if (field == NULL)
    return FALSE;
  return (g_ascii_strtoull (field + strlen ("\nCapEff:"), NULL, 16) >> CAP_NET_BIND_SERVICE_BIT)
         & 1;
}

/* Reads n numbers of a port from a file under /proc/sys; FALSE when they aren't there. */
static gboolean
read_ports (const char *path, guint16 *ports, gsize n_ports)
{
  g_autofree char *text = NULL;
  char *position;
  gsize i;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;

  position = text;
  for (i = 0; i < n_ports; i++)
    {
      char *end;
      guint64 value = g_ascii_strtoull (position, &end, 10);

      if (end == position || value > LAST_PORT)
        return FALSE;
      ports[i] = (guint16) value;
      position = end;
    }
  return TRUE;
}

guint16
hp_port_get_unprivileged_min (void)
{
  static gsize answer; /* plus one, as 0 means not asked yet */

  if (g_once_init_enter (&answer))
    {
      guint16 limit = FIRST_ORDINARY_PORT;

      if (has_bind_capability ())
        limit = 0;
      else if (!read_ports ("/proc/sys/net/ipv4/ip_unprivileged_port_start", &limit, 1))
        limit = FIRST_ORDINARY_PORT;
      g_once_init_leave (&answer, (gsize) limit + 1);
    }
  return (guint16) (answer - 1);
}

gboolean
hp_port_is_ephemeral (guint16 port)
{
  static gsize answer; /* low << 16 | high; high is never 0 */

  if (g_once_init_enter (&answer))
    {
      guint16 range[2];

      if (!read_ports ("/proc/sys/net/ipv4/ip_local_port_range", range, 2) || range[1] == 0)
        {
          range[0] = 32768;
          range[1] = 60999;
        }
      g_once_init_leave (&answer, (gsize) range[0] << 16 | range[1]);
    }
  return port >= answer >> 16 && port <= (answer & 0xffff);
}

static gboolean
is_usable (guint16 port, gboolean ephemeral, HpPortIsClaimed is_claimed, gpointer user_data)
{
  HpPortVerdict verdict;

  if (hp_port_is_ephemeral (port) != ephemeral || hp_port_is_browser_blocked (port))
    return FALSE;
  if (is_claimed != NULL && is_claimed (port, user_data))
    return FALSE;

  hp_port_check_glance (port, &verdict);
  /* A program may hold a port without listening. */
  return verdict.state == HP_PORT_FREE && !verdict.shadowed && hp_port_can_bind (port);
}

guint16
hp_port_suggest (guint16 from, HpPortIsClaimed is_claimed, gpointer user_data)
{
  guint n_ports = LAST_PORT - FIRST_ORDINARY_PORT + 1;
  guint start = MAX (from, FIRST_ORDINARY_PORT) - FIRST_ORDINARY_PORT;
  int ephemeral;
  guint i;

  for (ephemeral = FALSE; ephemeral <= TRUE; ephemeral++)
    {
      for (i = 0; i < n_ports; i++)
        {
          guint16 port = (guint16) (FIRST_ORDINARY_PORT + (start + i) % n_ports);

          if (is_usable (port, ephemeral, is_claimed, user_data))
            return port;
        }
    }
  return 0;
}
