/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>

#include <glib/gi18n-lib.h>

#include "ports/hp-port-names.h"

typedef enum
{
  ON_TCP = 1 << 0,
  ON_UDP = 1 << 1,
  ON_BOTH = ON_TCP | ON_UDP,
  IS_WEB = 1 << 2, /* speaks HTTP over TCP */
} Flags;

/* /etc/services names the old protocols, and none of what developers run. Ascending. */
static const struct
{
  guint16 port;
  Flags flags;
  const char *name;
} usual_ports[] = {
  { 21, ON_TCP, "FTP" },
  { 22, ON_TCP, "SSH" },
  { 25, ON_TCP, "SMTP" },
  { 53, ON_BOTH, "DNS" },
  { 67, ON_UDP, "DHCP" },
  { 68, ON_UDP, "DHCP" },
  { 80, ON_TCP | IS_WEB, "HTTP" },
  { 111, ON_BOTH, "SunRPC" },
  { 123, ON_UDP, "NTP" },
  { 139, ON_TCP, "Samba" },
  { 143, ON_TCP, "IMAP" },
  { 443, ON_BOTH | IS_WEB, "HTTPS" },
  { 445, ON_TCP, "Samba" },
  { 546, ON_UDP, "DHCP" },
  { 631, ON_BOTH | IS_WEB, "CUPS" },
  { 1143, ON_TCP, "Proton Mail Bridge" },
  { 1313, ON_TCP | IS_WEB, "Hugo" },
  { 1716, ON_BOTH, "KDE Connect" },
  { 1883, ON_TCP, "MQTT" },
  { 1900, ON_UDP, "SSDP" },
  { 2049, ON_TCP, "NFS" },
  { 2222, ON_TCP, "SSH" },
  { 2375, ON_TCP, "Docker" },
  { 3000, ON_TCP | IS_WEB, "Node.js, Rails, Grafana" },
  { 3001, ON_TCP | IS_WEB, "Node.js" },
  { 3306, ON_TCP, "MySQL" },
  { 3389, ON_TCP, "RDP" },
  { 3702, ON_UDP, "WS-Discovery" },
  { 4000, ON_TCP | IS_WEB, "Jekyll, Phoenix" },
  { 4200, ON_TCP | IS_WEB, "Angular" },
  { 4321, ON_TCP | IS_WEB, "Astro" },
  { 5000, ON_TCP | IS_WEB, "Flask" },
  { 5173, ON_TCP | IS_WEB, "Vite" },
  { 5353, ON_UDP, "mDNS" },
  { 5355, ON_BOTH, "LLMNR" },
  { 5432, ON_TCP, "PostgreSQL" },
  { 5672, ON_TCP, "RabbitMQ" },
  { 5900, ON_TCP, "VNC" },
  { 6006, ON_TCP | IS_WEB, "Storybook, TensorBoard" },
  { 6379, ON_TCP, "Redis" },
  { 8000, ON_TCP | IS_WEB, "Django, Python http.server" },
  { 8080, ON_TCP | IS_WEB, "Tomcat, HTTP proxy" },
  { 8081, ON_TCP | IS_WEB, "Metro" },
  { 8384, ON_TCP | IS_WEB, "Syncthing" },
  { 8443, ON_TCP | IS_WEB, "HTTPS" },
  { 8888, ON_TCP | IS_WEB, "Jupyter" },
  { 9000, ON_TCP, "PHP-FPM" },
  { 9090, ON_TCP | IS_WEB, "Cockpit, Prometheus" },
  { 9200, ON_TCP | IS_WEB, "Elasticsearch" },
  { 9222, ON_TCP | IS_WEB, "Chrome DevTools" },
  { 11211, ON_TCP, "memcached" },
  { 11434, ON_TCP | IS_WEB, "Ollama" },
  { 22000, ON_BOTH, "Syncthing" },
  { 27017, ON_TCP, "MongoDB" },
  { 35729, ON_TCP | IS_WEB, "LiveReload" },
  { 51820, ON_UDP, "WireGuard" },
};

/* -1: not in the table. */
static int
find (guint16 port)
{
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (usual_ports) && usual_ports[i].port <= port; i++)
    {
      if (usual_ports[i].port == port)
        return (int) i;
    }
  return -1;
}

const char *
hp_port_names_get_usual (int protocol, guint16 port)
{
  Flags wanted = protocol == IPPROTO_UDP ? ON_UDP : ON_TCP;
  int index = find (port);

  return index >= 0 && (usual_ports[index].flags & wanted) ? usual_ports[index].name : NULL;
}

char *
hp_port_names_describe (int protocol, guint16 port)
{
  const char *name = hp_port_names_get_usual (protocol, port);

  if (name == NULL)
    return NULL;
  /* Translators: of a port: which programs are usually found there, such as “often PostgreSQL”. */
  return g_strdup_printf (_ ("often %s"), name);
}

gboolean
hp_port_names_is_web (guint16 port)
{
  int index = find (port);

  return index >= 0 && (usual_ports[index].flags & IS_WEB);
}
