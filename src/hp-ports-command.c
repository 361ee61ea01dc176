/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hp-ports-command.h"
#include "ports/hp-port-entry.h"
#include "ports/hp-port-view.h"
#include "ports/hp-process.h"
#include "ports/hp-user-name.h"

/* Where nothing can be known. */
#define NOTHING "–"

/* (transfer full): of HpPortEntry, with their owners */
static GPtrArray *
make_entries (void)
{
  g_autoptr (GArray) sockets = hp_port_view_list_listening ();
  g_autofree HpPortVerdict *verdicts = g_new0 (HpPortVerdict, sockets->len + 1);
  g_autoptr (GPtrArray) owners = NULL;
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < sockets->len; i++)
    {
      const HpSocketInfo *info = &g_array_index (sockets, HpSocketInfo, i);

      verdicts[i] = (HpPortVerdict){
        .state = HP_PORT_TAKEN,
        .port = info->port,
        .uid = info->uid,
        .inode = info->inode,
        .cgroup_id = info->cgroup_id,
      };
    }
  owners = hp_port_owner_find_many (verdicts, sockets->len);
  for (guint i = 0; i < sockets->len; i++)
    {
      HpPortEntry *entry = hp_port_entry_new (&g_array_index (sockets, HpSocketInfo, i), FALSE);

      hp_port_entry_take_owner (entry, hp_port_owner_copy (g_ptr_array_index (owners, i)));
      g_ptr_array_add (entries, entry);
    }
  return entries;
}

/* JSON */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value, gboolean known)
{
  json_builder_set_member_name (builder, name);
  if (known)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/* Whether a Homeport, this one or another, listens there: never one of another user. */
static void
add_ours (JsonBuilder *builder, const HpPortOwner *owner)
{
  json_builder_set_member_name (builder, "ours");
  if (owner->pid == 0 && owner->is_me)
    json_builder_add_null_value (builder);
  else
    json_builder_add_boolean_value (builder,
                                    owner->pid != 0 && hp_process_is_own_program (owner->pid));
}

static void
add_owner (JsonBuilder *builder, const HpPortOwner *owner, gboolean known_uid)
{
  add_number (builder, "pid", owner->pid, owner->pid != 0);
  add_string (builder, "program", owner->program);
  add_string (builder, "user", owner->user);
  add_number (builder, "uid", owner->uid, known_uid);
  add_string (builder, "service", owner->service);
}

static void
print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

static void
print_list_as_json (GPtrArray *entries)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    {
      HpPortEntry *entry = g_ptr_array_index (entries, i);
      const HpPortOwner *owner = hp_port_entry_get_owner (entry);

      json_builder_begin_object (builder);
      add_number (builder, "port", hp_port_entry_get_port (entry), TRUE);
      add_string (builder, "protocol", hp_port_entry_get_protocol (entry));
      add_number (builder, "family", hp_port_entry_get_family (entry), TRUE);
      add_string (builder, "address", hp_port_entry_get_address (entry));
      /* In a sandbox this number stands for everybody else. */
      add_owner (builder, owner, !(owner->uid == HP_OVERFLOW_UID && hp_user_name_is_mapped ()));
      add_ours (builder, owner);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  print_json (builder);
}

/* For people */

enum
{
  COLUMN_PORT,
  COLUMN_ADDRESS,
  COLUMN_REACH,
  COLUMN_PROGRAM,
  COLUMN_PID,
  COLUMN_USER,
  COLUMN_SERVICE,
  COLUMN_USUAL,
  N_COLUMNS
};

static char **
make_head (void)
{
  char **cells = g_new0 (char *, N_COLUMNS + 1);

  cells[COLUMN_PORT] = g_strdup (C_ ("column of ports", "PORT"));
  cells[COLUMN_ADDRESS] = g_strdup (C_ ("column of ports", "ADDRESS"));
  cells[COLUMN_REACH] = g_strdup (C_ ("column of ports", "REACH"));
  cells[COLUMN_PROGRAM] = g_strdup (C_ ("column of ports", "PROGRAM"));
  cells[COLUMN_PID] = g_strdup (C_ ("column of ports", "PID"));
  cells[COLUMN_USER] = g_strdup (C_ ("column of ports", "USER"));
  cells[COLUMN_SERVICE] = g_strdup (C_ ("column of ports", "SERVICE"));
  cells[COLUMN_USUAL] = g_strdup ("");
  return cells;
}

static char *
dup_user (const HpPortOwner *owner)
{
  if (owner->user)
    return g_strdup (owner->user);
  if (owner->sandboxed && !owner->is_me)
    return g_strdup (NOTHING);
  return g_strdup_printf ("%u", owner->uid);
}

static char **
make_cells (HpPortEntry *entry)
{
  const HpPortOwner *owner = hp_port_entry_get_owner (entry);
  const char *usual = hp_port_entry_get_usual (entry);
  char **cells = g_new0 (char *, N_COLUMNS + 1);

  cells[COLUMN_PORT] = g_strdup_printf ("%u/%s", hp_port_entry_get_port (entry),
                                        hp_port_entry_get_protocol (entry));
  cells[COLUMN_ADDRESS] = g_strdup (hp_port_entry_get_address (entry));
  /* Translators: who can reach a port: this computer only, or others in the network as well. */
  cells[COLUMN_REACH] = g_strdup (hp_port_entry_get_scope (entry) == HP_PORT_SCOPE_LOOPBACK
                                      ? C_ ("reach of a port", "local")
                                      : C_ ("reach of a port", "network"));
  cells[COLUMN_PROGRAM] = g_strdup (owner->program ? owner->program : NOTHING);
  cells[COLUMN_PID] = owner->pid ? g_strdup_printf ("%d", (int) owner->pid) : g_strdup (NOTHING);
  cells[COLUMN_USER] = dup_user (owner);
  cells[COLUMN_SERVICE] = g_strdup (owner->service ? owner->service : NOTHING);
  cells[COLUMN_USUAL] = usual ? g_strdup_printf ("(%s)", usual) : g_strdup ("");
  return cells;
}

static void
print_row (char **cells, const glong *widths)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      glong padding = widths[i] - g_utf8_strlen (cells[i], -1) + 2;

      g_string_append (line, cells[i]);
      for (; i + 1 < N_COLUMNS && padding > 0; padding--)
        g_string_append_c (line, ' ');
    }
  g_print ("%s\n", g_strchomp (line->str));
}

static void
print_list (GPtrArray *entries)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  glong widths[N_COLUMNS] = { 0 };

  if (entries->len == 0)
    {
      g_print ("%s\n", _ ("Nothing is listening."));
      return;
    }
  g_ptr_array_add (rows, make_head ());
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (rows, make_cells (g_ptr_array_index (entries, i)));
  for (guint i = 0; i < rows->len; i++)
    for (guint column = 0; column < N_COLUMNS; column++)
      widths[column] = MAX (widths[column],
                            g_utf8_strlen (((char **) g_ptr_array_index (rows, i))[column], -1));
  for (guint i = 0; i < rows->len; i++)
    print_row (g_ptr_array_index (rows, i), widths);
}

/* One port */

static const char *
get_state_nick (HpPortState state)
{
  static const char *const nicks[] = {
    [HP_PORT_FREE] = "free",
    [HP_PORT_OURS] = "taken",
    [HP_PORT_TAKEN] = "taken",
    [HP_PORT_RESERVED] = "reserved",
    [HP_PORT_OPEN_CONNECTION] = "open-connection",
    [HP_PORT_LINGERING] = "lingering",
    [HP_PORT_PRIVILEGED] = "privileged",
    [HP_PORT_UNKNOWN] = "unknown",
  };

  return nicks[state];
}

/* Of somebody else on [::1], where browsers may go for "localhost". (transfer full) (nullable) */
static char *
describe_shadow (const HpPortVerdict *verdict)
{
  HpPortVerdict shadow = {
    .state = HP_PORT_TAKEN,
    .port = verdict->port,
    .uid = verdict->shadow_uid,
    .inode = verdict->shadow_inode,
    .cgroup_id = verdict->shadow_cgroup_id,
  };
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *name = NULL;

  if (!verdict->shadowed)
    return NULL;
  owner = hp_port_owner_find (&shadow);
  name = hp_port_owner_name (owner);
  /* Translators: %s is a program, as in “python3 (pid 2880, user ada)”. */
  return g_strdup_printf (_ ("But [::1]:%u, which is “localhost” as well, is used by %s."),
                          verdict->port, name);
}

static void
print_port_as_json (const HpPortVerdict *verdict, const HpPortOwner *owner, const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_number (builder, "port", verdict->port, TRUE);
  add_string (builder, "verdict", get_state_nick (verdict->state));
  add_string (builder, "text", text);
  add_owner (builder, owner, verdict->inode != 0);
  json_builder_set_member_name (builder, "localhost-elsewhere");
  json_builder_add_boolean_value (builder, verdict->shadowed);
  json_builder_end_object (builder);
  print_json (builder);
}

static int
run_for_port (guint16 port, gboolean as_json)
{
  HpPortVerdict verdict;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *shadow = NULL;

  hp_port_check (port, &verdict);
  owner = hp_port_owner_find (&verdict);
  sentence = hp_port_owner_describe (owner);
  shadow = describe_shadow (&verdict);
  if (as_json)
    print_port_as_json (&verdict, owner, sentence);
  else
    g_print ("%s%s%s\n", sentence, shadow ? " " : "", shadow ? shadow : "");
  return verdict.state == HP_PORT_FREE ? HP_EXIT_OK : HP_EXIT_FAILED;
}

int
hp_ports_command_run (const HpCommandLine *command_line)
{
  g_autoptr (GPtrArray) entries = NULL;

  if (command_line->port > 0)
    return run_for_port ((guint16) command_line->port, command_line->json);

  entries = make_entries ();
  if (command_line->json)
    print_list_as_json (entries);
  else
    print_list (entries);
  return HP_EXIT_OK;
}
