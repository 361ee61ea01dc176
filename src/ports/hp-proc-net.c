/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports/hp-proc-net.h"

/* The longest line that the kernel writes has some 180 characters. */
#define LINE_SIZE 512

/* "0100007F" or 32 digits: one or four words in the byte order of this machine, whose memory is in
 * network byte order. */
static gboolean
parse_address (const char *digits, int family, HpSocketAddress *address)
{
  gsize n_words = family == AF_INET ? 1 : 4;
  gsize i;

  if (strlen (digits) != n_words * 8)
    return FALSE;

  memset (address, 0, sizeof *address);
  for (i = 0; i < n_words; i++)
    {
      char part[9];
      guint64 value;
      guint32 word;

      memcpy (part, digits + i * 8, 8);
      part[8] = '\0';
      if (!g_ascii_string_to_unsigned (part, 16, 0, G_MAXUINT32, &value, NULL))
        return FALSE;
      word = (guint32) value;
      memcpy (address->bytes + i * sizeof word, &word, sizeof word);
    }
  return TRUE;
}

static gboolean
parse_line (const char *line, int family, int protocol, HpSocketInfo *info)
{
  char address[33];
  char remote_address[33];
  guint port, remote_port, state, timer, uid;
  unsigned long when, inode;

  if (sscanf (
          line,
          " %*d: %32[0-9A-Fa-f]:%4x %32[0-9A-Fa-f]:%4x %2x %*x:%*x %2x:%16lx %*x %10u %*d %20lu",
          address, &port, remote_address, &remote_port, &state, &timer, &when, &uid, &inode)
      != 9)
    return FALSE;

  *info = (HpSocketInfo){
    .family = family,
    .protocol = protocol,
    .state = state,
    .port = port,
    .remote_port = remote_port,
    .uid = uid,
    .inode = (guint32) inode,
  };
  /* Timer 3 is that of TIME_WAIT; it counts in clock ticks. */
  if (timer == 3)
    info->expires_ms = (guint32) MIN (when * 1000.0 / sysconf (_SC_CLK_TCK), G_MAXUINT32);

  return parse_address (address, family, &info->address)
         && parse_address (remote_address, family, &info->remote_address);
}

static gboolean
is_wanted (const HpSocketInfo *info, guint32 states, guint16 port)
{
  return info->state < 32 && (states & (1u << info->state)) && (port == 0 || info->port == port);
}

GArray *
hp_proc_net_parse (const char *text, int family, int protocol, guint32 states, guint16 port)
{
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  const char *start = text;

  while (*start != '\0')
    {
      gsize length = strcspn (start, "\n");
      char line[LINE_SIZE];
      HpSocketInfo info;

      /* Copied, because sscanf() looks for the end of its whole text in every call. */
      if (length < sizeof line)
        {
          memcpy (line, start, length);
          line[length] = '\0';
          if (parse_line (line, family, protocol, &info) && is_wanted (&info, states, port))
            g_array_append_val (sockets, info);
        }
      start += length;
      if (*start == '\n')
        start++;
    }
  return sockets;
}

GArray *
hp_proc_net_read (int protocol, guint32 states, guint16 port)
{
  const struct
  {
    const char *path;
    int family;
    int protocol;
  } tables[] = {
    { "/proc/net/tcp", AF_INET, IPPROTO_TCP },
    { "/proc/net/tcp6", AF_INET6, IPPROTO_TCP },
    { "/proc/net/udp", AF_INET, IPPROTO_UDP },
    { "/proc/net/udp6", AF_INET6, IPPROTO_UDP },
  };
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (GArray) part = NULL;

      if (tables[i].protocol != protocol
          || !g_file_get_contents (tables[i].path, &text, NULL, NULL))
        continue;
      part = hp_proc_net_parse (text, tables[i].family, protocol, states, port);
      if (part->len > 0)
        g_array_append_vals (sockets, part->data, part->len);
    }
  return sockets;
}
