/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "hp-command-line.h"
#include "hp-remote.h"
#include "log/hp-log-format.h"

typedef struct
{
  gboolean headless;
  gboolean json;
  gboolean service;
  gboolean on_demand;
  gboolean version;
  gboolean help_filter;
  gboolean ports;
  gboolean list;
  gboolean start;
  gboolean stop;
  gboolean quit;
  char *export_list;
  char *import_list;
  gboolean serve_hidden;
  gboolean no_listings;
  gboolean follow_links;
  gboolean refuse_other_sites;
  gboolean any_user;
  gboolean use_folder_settings;
  char *log_file;
  char *log_format;
  char *log_size;
  char *filter;
  char *port;
  char **arguments;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->port);
  g_free (self->log_file);
  g_free (self->log_format);
  g_free (self->log_size);
  g_free (self->filter);
  g_free (self->export_list);
  g_free (self->import_list);
  g_strfreev (self->arguments);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

void
hp_command_line_free (HpCommandLine *self)
{
  g_strfreev (self->folders);
  g_free (self->list_file);
  g_clear_pointer (&self->serving, hp_server_options_unref);
  g_clear_pointer (&self->log_file, hp_log_file_options_free);
  g_clear_pointer (&self->filter, hp_log_query_unref);
  g_free (self);
}

static gboolean
read_options (Options *options, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "headless", 0, 0, G_OPTION_ARG_NONE, &options->headless,
      N_ ("Serve one folder without a window and print each request"), NULL },
    { "port", 'p', 0, G_OPTION_ARG_STRING, &options->port,
      N_ ("With --headless: the port; 0 takes any free one (default: the first free one from 62893)"),
      N_ ("N") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      N_ ("With --headless: print one JSON object per line; with --list and --ports: an array"),
      NULL },
    { "serve-hidden", 0, 0, G_OPTION_ARG_NONE, &options->serve_hidden,
      N_ ("With --headless: also serve names that begin with a dot"), NULL },
    { "no-listings", 0, 0, G_OPTION_ARG_NONE, &options->no_listings,
      N_ ("With --headless: no page for folders without index.html"), NULL },
    { "follow-links", 0, 0, G_OPTION_ARG_NONE, &options->follow_links,
      N_ ("With --headless: follow links that lead out of the folder"), NULL },
    { "refuse-other-sites", 0, 0, G_OPTION_ARG_NONE, &options->refuse_other_sites,
      N_ ("With --headless: pages of other sites may link here, not embed anything"), NULL },
    { "ports", 0, 0, G_OPTION_ARG_NONE, &options->ports,
      N_ ("Print who listens on which port of this computer, or who has one PORT"), NULL },
    { "any-user", 0, 0, G_OPTION_ARG_NONE, &options->any_user,
      N_ ("With --headless: also serve programs of other users of this computer"), NULL },
    { "use-folder-settings", 0, 0, G_OPTION_ARG_NONE, &options->use_folder_settings,
      N_ ("With --headless: use the port and the options of the folder’s .homeport.ini"), NULL },
    { "list", 0, 0, G_OPTION_ARG_NONE, &options->list,
      N_ ("Print the folders of the running Homeport"), NULL },
    { "start", 0, 0, G_OPTION_ARG_NONE, &options->start,
      N_ ("Serve folders in the background; a port names a folder of the list"), NULL },
    { "stop", 0, 0, G_OPTION_ARG_NONE, &options->stop,
      N_ ("Stop serving folders, by folder or port, or “all”"), NULL },
    { "quit", 0, 0, G_OPTION_ARG_NONE, &options->quit, N_ ("Quit the running Homeport"), NULL },
    { "export-list", 0, 0, G_OPTION_ARG_FILENAME, &options->export_list,
      N_ ("Write the list of folders to a file, to take it along"), N_ ("FILE") },
    { "import-list", 0, 0, G_OPTION_ARG_FILENAME, &options->import_list,
      N_ ("Add the folders of such a file to the list; none is started"), N_ ("FILE") },
    { "log-file", 0, 0, G_OPTION_ARG_FILENAME, &options->log_file,
      N_ ("With --headless: also append each request to a file"), N_ ("FILE") },
    { "log-format", 0, 0, G_OPTION_ARG_STRING, &options->log_format,
      N_ ("With --log-file: har, jsonl, clf or csv (default: by the name of the file, or clf)"),
      N_ ("FORMAT") },
    { "log-size", 0, 0, G_OPTION_ARG_STRING, &options->log_size,
      N_ ("With --log-file: begin a new file at so many megabytes and keep five old ones; 0 never "
          "does (default: 10)"),
      N_ ("N") },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &options->filter,
      N_ ("With --headless: print only requests that match, such as status>=400"), N_ ("FILTER") },
    { "help-filter", 0, 0, G_OPTION_ARG_NONE, &options->help_filter,
      N_ ("Print how a filter is written"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version"), NULL },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->service, NULL,
      NULL },
    { "on-demand", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->on_demand, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL,
      N_ ("[FOLDER…]") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) copy = g_strdupv (argv);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (
      context,
      N_ ("Serves folders at http://localhost:PORT/, to this computer only, and shows every "
          "request as it arrives."));
  g_option_context_set_description (
      context,
      N_ ("Examples:\n"
          "  homeport ~/my-website                        open the window and serve the folder\n"
          "  homeport site.har                            open a saved log\n"
          "  homeport --headless ~/my-website             serve it in the terminal, until Ctrl+C\n"
          "  homeport --headless --port=0 --json .        any free port, output for programs\n"
          "  homeport --start ~/my-website                serve it in the background\n"
          "  homeport --stop all                          stop all that is served\n"
          "  homeport --headless --log-file=/tmp/a.har .  write an HTTP Archive as well\n"
          "  homeport --headless --filter=is:problem .    print only what failed\n"
          "  homeport --ports 8080                        say who has a port\n"
          "\n"
          "Without a folder the window opens with the folders of last time, and --headless serves "
          "the current one.\n"
          "\n"
          "Exit code of --headless: 0 ended by a signal; 1 the port is taken or may not be used; 2 no "
          "such folder or a wrong option. Exit code of --ports PORT: 0 the port is free; 1 it is "
          "not.\n"));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  return g_option_context_parse_strv (context, &copy, error);
}

static gboolean
parse_port (const char *text, int *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &value, NULL))
    return FALSE;
  *port = value;
  return TRUE;
}

/* The absolute path of a folder that exists, or a sentence why not. */
static char *
find_folder (const char *argument, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (argument);
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *shown = hp_log_format_visible (argument, 0);

  /* An empty word is a variable that a script forgot to set, not the current folder. */
  if (!path || *argument == '\0' || !g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("There is no folder “%s”."), shown);
  else if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                 _ ("“%s” is a file. Homeport serves folders."), shown);
  else
    return g_steal_pointer (&path);
  return NULL;
}

/* With a window, a saved log is as good as a folder. */
static char *
find_folder_or_log (const Options *options, const char *argument, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (argument);
  g_autofree char *path = g_file_get_path (file);

  if (!options->headless && path && g_str_has_suffix (path, ".har")
      && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  return find_folder (argument, error);
}

/* The first one given of those that mean nothing to a window; NULL: none. */
static const char *
find_headless_option (const Options *options)
{
  const struct
  {
    const char *name;
    gboolean given;
  } all[] = {
    { "port", options->port != NULL },
    { "json", options->json && !options->list },
    { "serve-hidden", options->serve_hidden },
    { "no-listings", options->no_listings },
    { "follow-links", options->follow_links },
    { "refuse-other-sites", options->refuse_other_sites },
    { "any-user", options->any_user },
    { "use-folder-settings", options->use_folder_settings },
    { "log-file", options->log_file != NULL },
    { "log-format", options->log_format != NULL },
    { "log-size", options->log_size != NULL },
    { "filter", options->filter != NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i].given)
      return all[i].name;
  return NULL;
}

/* Whether one of the options was given that mean nothing to --ports. */
static gboolean
has_other_options (const Options *options)
{
  return options->headless || options->port || options->list || options->start || options->stop
         || options->quit || options->export_list || options->import_list || options->serve_hidden
         || options->no_listings || options->follow_links || options->refuse_other_sites
         || options->any_user || options->use_folder_settings || options->log_file
         || options->log_format || options->log_size || options->filter;
}

/* --ports takes nothing but --json and one port. */
static gboolean
check_ports (HpCommandLine *self, const Options *options, guint n, GError **error)
{
  const char *word = n > 0 ? options->arguments[0] : NULL;

  self->ports = TRUE;
  self->folders = g_new0 (char *, 1);
  if (has_other_options (options))
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         _ ("--ports takes only --json and a port."));
  else if (n > 1)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         _ ("--ports takes one port at a time."));
  else if (word && (!parse_port (word, &self->port) || self->port == 0))
    {
      g_autofree char *shown = hp_log_format_visible (word, 0);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is not a port: a number from 1 to 65535."), shown);
    }
  else
    return TRUE;
  return FALSE;
}

static HpServerOptions *
get_serving (const Options *options)
{
  g_autoptr (HpServerOptions) base = hp_server_options_new (options->serve_hidden,
                                                            !options->no_listings);
  g_autoptr (HpServerOptions) links = hp_server_options_with (base, HP_OPTION_FOLLOW_LINKS,
                                                              options->follow_links);
  g_autoptr (HpServerOptions) users = hp_server_options_with (links, HP_OPTION_ONLY_ME,
                                                              !options->any_user);

  return hp_server_options_with (users, HP_OPTION_REFUSE_OTHER_SITES, options->refuse_other_sites);
}

/* FALSE: more than one of those that exclude each other. */
static gboolean
find_remote_command (const Options *options, HpRemoteCommand *command)
{
  const gboolean given[] = {
    [HP_REMOTE_LIST] = options->list,
    [HP_REMOTE_START] = options->start,
    [HP_REMOTE_STOP] = options->stop,
    [HP_REMOTE_QUIT] = options->quit,
    [HP_REMOTE_EXPORT] = options->export_list != NULL,
    [HP_REMOTE_IMPORT] = options->import_list != NULL,
  };
  guint n = 0;

  *command = HP_REMOTE_NONE;
  for (guint i = 1; i < G_N_ELEMENTS (given); i++)
    if (given[i])
      {
        *command = i;
        n++;
      }
  return n == 0 || (n == 1 && !options->headless);
}

/* What --start and --stop are about: ports as they are, folders as absolute paths, which need not
 * exist any more to be stopped. */
static char *
find_target (const Options *options, const char *argument, GError **error)
{
  int port;

  if (parse_port (argument, &port) && port > 0)
    return g_strdup (argument);
  if (options->start)
    return find_folder (argument, error);
  if (g_str_equal (argument, HP_REMOTE_ALL))
    return g_strdup (argument);
  return g_canonicalize_filename (argument, NULL);
}

/* The file of --export-list and --import-list. */
static gboolean
set_list_file (HpCommandLine *self, const Options *options, GError **error)
{
  const char *word = options->export_list ? options->export_list : options->import_list;
  g_autoptr (GFile) file = NULL;

  if (!word)
    return TRUE;
  file = g_file_new_for_commandline_arg (word);
  self->list_file = *word ? g_file_get_path (file) : NULL;
  if (!self->list_file)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” is not the name of a file."), word);
  return self->list_file != NULL;
}

static gboolean
check_remote (HpCommandLine *self, const Options *options, guint n, GError **error)
{
  if (!find_remote_command (options, &self->remote))
    g_set_error_literal (
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _ ("Only one of --headless, --list, --start, --stop, --quit, --export-list and "
           "--import-list at a time."));
  else if ((options->start || options->stop) && n == 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("--%s needs a folder or a port."), options->start ? "start" : "stop");
  else if (self->remote && !options->start && !options->stop && n > 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s takes no folder."),
                 options->list          ? "list"
                 : options->quit        ? "quit"
                 : options->export_list ? "export-list"
                                        : "import-list");
  else
    return set_list_file (self, options, error);
  return FALSE;
}

/* By the ending of the name. */
static HpLogFormat
guess_format (const char *path)
{
  const char *dot = strrchr (path, '.');

  for (HpLogFormat format = 0; dot && format < HP_N_LOG_FORMATS; format++)
    if (g_ascii_strcasecmp (dot + 1, hp_log_format_get_extension (format)) == 0)
      return format;
  return HP_LOG_FORMAT_COMBINED;
}

static gboolean
read_log_options (HpCommandLine *self, Options *options, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  guint64 megabytes = HP_LOG_FILE_SIZE / 1000000;
  HpLogFormat format;

  if (!options->log_file)
    {
      if (!options->log_format && !options->log_size)
        return TRUE;
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s needs --log-file."),
                   options->log_format ? "log-format" : "log-size");
      return FALSE;
    }
  file = g_file_new_for_commandline_arg (options->log_file);
  path = g_file_get_path (file);
  format = guess_format (options->log_file);
  if (!path || *options->log_file == '\0')
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” is not the name of a file."), options->log_file);
  else if (options->log_format && !hp_log_format_from_nick (options->log_format, &format))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” is not a format: har, jsonl, clf or csv."), options->log_format);
  else if (options->log_size
           && !g_ascii_string_to_unsigned (options->log_size, 10, 0, 1000000, &megabytes, NULL))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _ ("“%s” is not a size: a number of megabytes, or 0 for no limit."),
                 options->log_size);
  else
    self->log_file = hp_log_file_options_new (path, format, megabytes * 1000000);
  return self->log_file != NULL;
}

static gboolean
parse_filter (HpCommandLine *self, const char *text, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint offset;

  self->filter = hp_log_query_new (text, &offset, &reason);
  if (self->filter)
    return TRUE;
  /* Translators: %2$s is a whole sentence. */
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _ ("--filter, character %1$u: %2$s"), offset + 1, reason->message);
  return FALSE;
}

static gboolean
check_options (HpCommandLine *self, Options *options, GError **error)
{
  const char *name;
  guint n = options->arguments ? g_strv_length (options->arguments) : 0;
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  if (options->ports)
    return check_ports (self, options, n, error);
  if (!check_remote (self, options, n, error))
    return FALSE;
  if (!self->headless && (name = find_headless_option (options)) != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s needs --headless."),
                   name);
      return FALSE;
    }
  if (self->headless && n > 1)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _ ("--headless serves one folder at a time."));
      return FALSE;
    }
  if (options->port && !parse_port (options->port, &self->port))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is not a port: a number from 1 to 65535, or 0 for any free one."),
                   options->port);
      return FALSE;
    }
  if (!read_log_options (self, options, error)
      || (options->filter && !parse_filter (self, options->filter, error)))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *folder = self->remote
                                    ? find_target (options, options->arguments[i], error)
                                    : find_folder_or_log (options, options->arguments[i], error);

      if (!folder)
        return FALSE;
      g_strv_builder_add (folders, folder);
    }
  self->folders = g_strv_builder_end (folders);
  return TRUE;
}

/**
 * hp_command_line_parse:
 * @exit_code: (out): what to exit with when %NULL comes back
 *
 * Prints what has to be said: the version, how a filter is written, or what is wrong with the
 * words, in one sentence on stderr.
 *
 * Returns: (transfer full) (nullable): %NULL when the program is to end now
 */
HpCommandLine *
hp_command_line_parse (char **argv, int *exit_code)
{
  g_auto (Options) options = { 0 };
  g_autoptr (HpCommandLine) self = g_new0 (HpCommandLine, 1);
  g_autoptr (GError) error = NULL;

  self->port = -1;
  *exit_code = HP_EXIT_USAGE;
  if (read_options (&options, argv, &error) && options.version)
    {
      g_print ("%s %s\n", PROGRAM, VERSION);
      *exit_code = HP_EXIT_OK;
      return NULL;
    }
  if (!error && options.help_filter)
    {
      g_autofree char *text = hp_log_query_describe ();

      g_print ("%s", text);
      *exit_code = HP_EXIT_OK;
      return NULL;
    }

  self->headless = options.headless;
  self->json = options.json;
  self->serving = get_serving (&options);
  self->use_folder_settings = options.use_folder_settings;
  self->service = options.service;
  self->on_demand = options.on_demand;
  if (error || !check_options (self, &options, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      return NULL;
    }
  return g_steal_pointer (&self);
}
