/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "ports/hp-sock-diag-private.h"

/* inet_diag_msg.idiag_timer of a socket that only waits for its end. */
#define TIMER_TIME_WAIT 3

static void
parse_attributes (const struct rtattr *attribute, int remaining, HpSocketInfo *info)
{
  while (RTA_OK (attribute, remaining))
    {
      const guint8 *payload = RTA_DATA (attribute);
      gsize length = RTA_PAYLOAD (attribute);
      int step = RTA_ALIGN ((int) attribute->rta_len);

      if (attribute->rta_type == INET_DIAG_CGROUP_ID && length >= sizeof info->cgroup_id)
        memcpy (&info->cgroup_id, payload, sizeof info->cgroup_id);
      else if (attribute->rta_type == INET_DIAG_SKV6ONLY && length >= 1)
        info->v6only = payload[0] != 0;

      remaining -= step;
      attribute = (const void *) ((const guint8 *) attribute + step);
    }
}

static gboolean
parse_socket (const struct nlmsghdr *message, guint8 protocol, HpSocketInfo *info)
{
  const struct inet_diag_msg *body = NLMSG_DATA (message);
  gsize address_size;

  if (message->nlmsg_len < NLMSG_LENGTH (sizeof *body))
    return FALSE;
  if (body->idiag_family != AF_INET && body->idiag_family != AF_INET6)
    return FALSE;

  address_size = body->idiag_family == AF_INET ? 4 : 16;
  *info = (HpSocketInfo){
    .family = body->idiag_family,
    .protocol = protocol,
    .state = body->idiag_state,
    .port = ntohs (body->id.idiag_sport),
    .remote_port = ntohs (body->id.idiag_dport),
    .uid = body->idiag_uid,
    .inode = body->idiag_inode,
    .device = body->id.idiag_if,
    /* Other timers (retransmission, keep-alive) don't end a socket's life. */
    .expires_ms = body->idiag_timer == TIMER_TIME_WAIT ? body->idiag_expires : 0,
  };
  memcpy (info->address.bytes, body->id.idiag_src, address_size);
  memcpy (info->remote_address.bytes, body->id.idiag_dst, address_size);
  parse_attributes ((const struct rtattr *) (body + 1),
                    (int) (message->nlmsg_len - NLMSG_LENGTH (sizeof *body)), info);
  return TRUE;
}

/* The number that ends an answer: 0 or a negative errno. */
static int
parse_error (const struct nlmsghdr *message)
{
  int value = -EBADMSG;

  if (message->nlmsg_len >= NLMSG_LENGTH (sizeof value))
    memcpy (&value, NLMSG_DATA (message), sizeof value);
  else if (message->nlmsg_type == NLMSG_DONE)
    value = 0;
  if (value >= 0)
    return 0;
  return value == G_MININT ? EBADMSG : -value;
}

gboolean
hp_sock_diag_parse (const void *data,
                    gsize length,
                    guint32 sequence,
                    guint8 protocol,
                    GArray *sockets,
                    int *kernel_error)
{
  const guint8 *bytes = data;
  gsize step, i;

  *kernel_error = 0;
  for (i = 0; length - i >= sizeof (struct nlmsghdr); i += MIN (step, length - i))
    {
      const struct nlmsghdr *message = (const void *) (bytes + i);
      HpSocketInfo info;

      if (message->nlmsg_len < sizeof *message || message->nlmsg_len > length - i)
        return FALSE;
      step = NLMSG_ALIGN ((gsize) message->nlmsg_len);

      /* What is left of an earlier question that took too long. */
      if (message->nlmsg_seq != sequence)
        continue;

      if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE)
        {
          *kernel_error = parse_error (message);
          return TRUE;
        }
      if (message->nlmsg_type == NLMSG_OVERRUN)
        {
          *kernel_error = ENOBUFS;
          return TRUE;
        }
      if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY && parse_socket (message, protocol, &info))
        g_array_append_val (sockets, info);

      /* A part of a dump says that more follows; the answer to a look-up stands alone. */
      if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY && !(message->nlmsg_flags & NLM_F_MULTI))
        return TRUE;
    }
  return FALSE;
}
