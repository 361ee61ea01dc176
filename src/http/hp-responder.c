/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "http/hp-accept.h"
#include "http/hp-byte-ranges.h"
#include "http/hp-directory-page.h"
#include "http/hp-error-page.h"
#include "http/hp-file-cache.h"
#include "http/hp-guard.h"
#include "http/hp-json.h"
#include "http/hp-lookup.h"
#include "http/hp-media-type.h"
#include "http/hp-page.h"
#include "http/hp-responder.h"
#include "http/hp-target.h"
#include "http/hp-validators.h"

#define ALLOWED "GET, HEAD, OPTIONS"

/* In this order. */
static const char *const indexes[] = { "index.html", "index.htm" };

struct _HpResponder
{
  char *folder;
  HpServerOptions *options;
  HpFileCache *cache; /* (nullable) borrowed */
};

/* One request on its way through the steps below. */
typedef struct
{
  const HpRequest *request;
  const char *folder;
  HpServerOptions *options;
  HpFileCache *cache;
  struct timespec now; /* from before the first look at the disk */

  HpTarget target;
  HpReason target_verdict;
  const char *shown_path; /* once it may be shown */

  int root;
  HpLookup found;
  char *index_path;           /* owned: what stands for the folder, if anything */
  const HpCachedFile *cached; /* borrowed from the cache; then found has no descriptor */
  const char *name;           /* of what was found, for its type */
  HpReason reason;            /* for serving it */
  HpValidators validators;
} Walk;

/* A step ends the walk with a response, or returns NULL. */
typedef HpResponse *(*Step) (Walk *walk);

typedef enum
{
  FOR_ALL,
  BY_ACCEPT, /* there is a page for people and JSON for programs */
} Variation;

/* (nullable): the fields that the answer depends on (RFC 9110, 12.5.5). */
static const char *
get_vary (Walk *walk, Variation variation)
{
  if (walk->options == NULL || !walk->options->refuse_other_sites)
    return variation == BY_ACCEPT ? "Accept" : NULL;

  return variation == BY_ACCEPT ? "Accept, Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest"
                                : "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest";
}

/* What every answer says. Files are to be asked for again each time, so that an edit shows; with
 * the validators that costs a 304. Other sites may not embed what is served here. */
static HpResponse *
answer (Walk *walk, guint status, HpReason reason, const char *caching, Variation variation)
{
  HpResponse *response = hp_response_new (status, reason);
  const char *vary = get_vary (walk, variation);

  if (vary != NULL)
    hp_response_add_static_header (response, "Vary", vary);
  hp_response_add_static_header (response, "Cache-Control", caching);
  hp_response_add_static_header (response, "X-Content-Type-Options", "nosniff");
  hp_response_add_static_header (response, "Cross-Origin-Resource-Policy", "same-site");

  return response;
}

static void
add_page_headers (HpResponse *response)
{
  hp_response_add_static_header (response, "Content-Type", HP_PAGE_MEDIA_TYPE);
  hp_response_add_header (response, "Content-Security-Policy", hp_page_get_policy ());
}

static HpResponse *
refuse_with (Walk *walk, guint status, HpReason reason)
{
  HpResponse *response = answer (walk, status, reason, "no-store", BY_ACCEPT);
  GBytes *page;

  if (hp_accept_prefers_json (walk->request->accept))
    {
      hp_response_add_static_header (response, "Content-Type", HP_JSON_MEDIA_TYPE);
      page = hp_error_page_new_json (status, reason);
    }
  else
    {
      add_page_headers (response);
      page = hp_error_page_new (status, reason, walk->shown_path, walk->found.other_path);
    }
  hp_response_take_bytes (response, page);

  return response;
}

static HpResponse *
refuse (Walk *walk, HpReason reason)
{
  return refuse_with (walk, hp_error_page_get_status (reason), reason);
}

/* The transport saw something that it couldn't read on from, so the connection ends here. */
static HpResponse *
check_framing (Walk *walk)
{
  const HpRequest *request = walk->request;
  HpResponse *response;

  if (request->refusal == HP_REASON_METHOD)
    response = refuse_with (walk, 501, HP_REASON_METHOD);
  else if (request->refusal == HP_REASON_TOO_LONG && request->target != NULL
           && strlen (request->target) > HP_TARGET_MAX)
    response = refuse_with (walk, 414, HP_REASON_TOO_LONG); /* RFC 9112, 3 */
  else if (request->refusal != HP_REASON_NONE)
    response = refuse (walk, request->refusal);
  else if (request->method == NULL || request->target == NULL)
    response = refuse (walk, HP_REASON_BAD_REQUEST);
  else
    return NULL;

  response->close = TRUE;

  return response;
}

/* Whoever may not ask is told nothing: not even whether what was asked for exists. */
static HpResponse *
check_host (Walk *walk)
{
  const HpRequest *request = walk->request;
  HpReason verdict;
  HpResponse *response;

  walk->target_verdict = hp_target_parse (&walk->target, request->target);
  verdict = hp_guard_check_host (request->host, walk->target.authority, request->minor_version);
  if (verdict == HP_REASON_NONE && walk->options->refuse_other_sites)
    verdict = hp_guard_check_site (request->sec_fetch_site, request->sec_fetch_mode,
                                   request->sec_fetch_dest);
  if (request->other_user)
    verdict = HP_REASON_OTHER_USER;
  if (verdict == HP_REASON_NONE)
    return NULL;

  response = refuse (walk, verdict);
  response->close = request->other_user;

  return response;
}

static gboolean
is_one_of (const char *method, const char *const *methods)
{
  return g_strv_contains (methods, method);
}

static HpResponse *
check_method (Walk *walk)
{
  static const char *const ours[] = { "GET", "HEAD", "OPTIONS", NULL };
  static const char *const others[]
      = { "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", NULL };
  HpResponse *response;

  if (is_one_of (walk->request->method, ours))
    return NULL;

  response = refuse_with (walk, is_one_of (walk->request->method, others) ? 405 : 501,
                          HP_REASON_METHOD);
  hp_response_add_static_header (response, "Allow", ALLOWED);

  return response;
}

static HpResponse *
check_target (Walk *walk)
{
  gboolean is_options = strcmp (walk->request->method, "OPTIONS") == 0;
  HpResponse *response;

  if (walk->target_verdict == HP_REASON_TOO_LONG)
    return refuse_with (walk, 414, HP_REASON_TOO_LONG);
  if (walk->target_verdict != HP_REASON_NONE
      && !(is_options && strcmp (walk->request->target, "*") == 0))
    return refuse (walk, walk->target_verdict);

  walk->shown_path = walk->target.path;
  if (!is_options)
    return NULL;

  response = answer (walk, 204, HP_REASON_OPTIONS, "no-cache", FOR_ALL);
  hp_response_add_static_header (response, "Allow", ALLOWED);

  return response;
}

static HpLookupFlags
get_lookup_flags (Walk *walk)
{
  return (walk->options->serve_hidden ? HP_LOOKUP_HIDDEN : HP_LOOKUP_DEFAULT)
         | (walk->options->follow_links ? HP_LOOKUP_FOLLOW : HP_LOOKUP_DEFAULT);
}

static const char *
get_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

static char *
get_index_path (Walk *walk, const char *name)
{
  const char *folder = walk->target.path;

  return g_strconcat (folder, folder[0] != '\0' ? "/" : "", name, NULL);
}

static void
use_cached (Walk *walk, const HpCachedFile *file)
{
  walk->cached = file;
  walk->found.stat = file->stat;
}

/* A folder is its index.html before it is anything else. */
static gboolean
find_cached (Walk *walk)
{
  g_autofree char *index_path = NULL;
  const HpCachedFile *file;

  if (walk->cache == NULL
      || (!walk->options->serve_hidden && hp_lookup_is_hidden (walk->target.path)))
    return FALSE;

  if (walk->target.folder)
    index_path = get_index_path (walk, indexes[0]);
  file = hp_file_cache_find (walk->cache, walk->folder,
                             index_path != NULL ? index_path : walk->target.path);
  if (file == NULL)
    return FALSE;

  use_cached (walk, file);
  walk->reason = walk->target.folder ? HP_REASON_INDEX : HP_REASON_SERVED;

  return TRUE;
}

static HpResponse *
look_up (Walk *walk)
{
  const char *path = walk->target.path;
  HpReason verdict;

  if (find_cached (walk))
    return NULL;

  verdict = hp_lookup_open_folder (walk->folder, &walk->root);
  if (verdict != HP_REASON_NONE)
    return refuse (walk, verdict);

  hp_lookup_find (&walk->found, walk->root, path, get_lookup_flags (walk) | HP_LOOKUP_OTHER_CASE);
  if (walk->found.reason != HP_REASON_NONE)
    return refuse (walk, walk->found.reason);

  walk->name = get_name (path);
  walk->reason = HP_REASON_SERVED;

  return NULL;
}

static HpResponse *
add_slash (Walk *walk)
{
  g_autofree char *location = hp_target_get_folder_location (&walk->target);
  HpResponse *response = answer (walk, 301, HP_REASON_ADD_SLASH, "no-cache", FOR_ALL);

  hp_response_add_header (response, "Location", location);

  return response;
}

/* Puts the folder's index in the place of the folder. FALSE when it has none. */
static gboolean
find_index (Walk *walk)
{
  for (gsize i = 0; i < G_N_ELEMENTS (indexes); i++)
    {
      g_autofree char *path = get_index_path (walk, indexes[i]);
      HpLookup index;

      hp_lookup_find (&index, walk->root, path, get_lookup_flags (walk));
      if (index.reason != HP_REASON_MISSING
          && !(index.reason == HP_REASON_NONE && S_ISDIR (index.stat.st_mode)))
        {
          hp_lookup_clear (&walk->found);
          walk->found = index;
          walk->index_path = g_steal_pointer (&path);
          walk->name = indexes[i];
          walk->reason = HP_REASON_INDEX;
          return TRUE;
        }
      hp_lookup_clear (&index);
    }

  return FALSE;
}

static HpConditionVerdict
judge_conditions (Walk *walk)
{
  const HpConditions conditions = {
    .if_match = walk->request->if_match,
    .if_unmodified_since = walk->request->if_unmodified_since,
    .if_none_match = walk->request->if_none_match,
    .if_modified_since = walk->request->if_modified_since,
  };

  return hp_validators_check (&walk->validators, &conditions);
}

/* A list has no tag and no date, so nothing but "*" means it. */
static HpResponse *
list_folder (Walk *walk)
{
  const gboolean json = hp_accept_prefers_json (walk->request->accept);
  const HpConditionVerdict verdict = judge_conditions (walk);
  HpResponse *response;

  if (verdict == HP_CONDITION_FAILED)
    return refuse (walk, HP_REASON_PRECONDITION);
  if (verdict == HP_CONDITION_NOT_MODIFIED)
    return answer (walk, 304, HP_REASON_NOT_MODIFIED, "no-cache", BY_ACCEPT);

  response = answer (walk, 200, HP_REASON_LISTING, "no-cache", BY_ACCEPT);
  if (json)
    hp_response_add_static_header (response, "Content-Type", HP_JSON_MEDIA_TYPE);
  else
    add_page_headers (response);
  response->body = HP_BODY_GENERATOR;
  response->generator = hp_directory_page_generate;
  response->generator_data_free = (GDestroyNotify) hp_directory_page_free;
  response->generator_data = hp_directory_page_new (
      walk->root, hp_lookup_steal_fd (&walk->found), &walk->target, walk->request->port,
      walk->options, json ? HP_DIRECTORY_JSON : HP_DIRECTORY_HTML);
  walk->root = -1;

  return response;
}

static HpResponse *
enter_folder (Walk *walk)
{
  if (walk->cached != NULL)
    return NULL;
  if (!S_ISDIR (walk->found.stat.st_mode))
    return walk->target.folder ? refuse (walk, HP_REASON_MISSING) : NULL;

  if (!walk->target.folder)
    return add_slash (walk);
  if (find_index (walk))
    return walk->found.reason != HP_REASON_NONE ? refuse (walk, walk->found.reason) : NULL;
  if (!walk->options->list_folders)
    return refuse (walk, HP_REASON_NO_LISTING);

  return list_folder (walk);
}

/* From here on it makes no difference where a file comes from. Whoever asks for the head alone
 * doesn't make us read the rest. */
static HpResponse *
load_small_file (Walk *walk)
{
  const HpCachedFile *file = NULL;

  if (walk->cached == NULL && walk->cache != NULL && strcmp (walk->request->method, "GET") == 0)
    file = hp_file_cache_add (walk->cache, walk->folder,
                              walk->index_path != NULL ? walk->index_path : walk->target.path,
                              walk->found.fd, &walk->found.stat, &walk->now);
  if (file != NULL)
    use_cached (walk, file);

  return NULL;
}

static void
add_validators (Walk *walk, HpResponse *response)
{
  hp_response_add_header (response, "ETag", walk->validators.etag);
  if (walk->validators.last_modified[0] != '\0')
    hp_response_add_header (response, "Last-Modified", walk->validators.last_modified);
  hp_response_add_static_header (response, "Accept-Ranges", "bytes");
}

static void
name_file (Walk *walk, HpResponse *response)
{
  response->file = g_strdup (walk->index_path != NULL ? walk->index_path : walk->target.path);
}

static HpResponse *
check_conditions (Walk *walk)
{
  HpConditionVerdict verdict;
  HpResponse *response;

  if (walk->cached != NULL)
    {
      walk->validators = walk->cached->validators;
      walk->validators.now = walk->now.tv_sec;
    }
  else
    {
      hp_validators_init (&walk->validators, &walk->found.stat, &walk->now);
    }

  verdict = judge_conditions (walk);
  if (verdict == HP_CONDITION_PASS)
    return NULL;

  response = verdict == HP_CONDITION_FAILED
                 ? refuse (walk, HP_REASON_PRECONDITION)
                 : answer (walk, 304, HP_REASON_NOT_MODIFIED, "no-cache", FOR_ALL);
  if (verdict != HP_CONDITION_FAILED)
    name_file (walk, response);
  add_validators (walk, response);

  return response;
}

static HpResponse *
send_file (Walk *walk, guint status, HpReason reason, goffset offset, goffset length)
{
  HpResponse *response = answer (walk, status, reason, "no-cache", FOR_ALL);
  const HpCachedFile *cached = walk->cached;
  const char *coding = cached ? cached->coding : hp_media_type_get_coding (walk->name);

  hp_response_add_static_header (response, "Content-Type",
                                 cached ? cached->media_type : hp_media_type_for_name (walk->name));
  if (coding != NULL)
    hp_response_add_static_header (response, "Content-Encoding", coding);
  add_validators (walk, response);

  name_file (walk, response);
  if (cached != NULL)
    {
      hp_response_take_bytes (response, g_bytes_new_from_bytes (cached->bytes, offset, length));
    }
  else if (length > 0)
    {
      response->body = HP_BODY_FILE;
      response->fd = hp_lookup_steal_fd (&walk->found);
      response->offset = offset;
      response->length = length;
    }

  return response;
}

/* Range counts for GET only (RFC 9110, 14.2). */
static HpResponse *
send_part (Walk *walk)
{
  goffset size = walk->found.stat.st_size;
  goffset offset, length;
  g_autofree char *content_range = NULL;
  HpRangeVerdict verdict;
  HpResponse *response;

  if (walk->request->range == NULL || strcmp (walk->request->method, "GET") != 0
      || !hp_validators_allow_range (&walk->validators, walk->request->if_range))
    return NULL;

  verdict = hp_byte_ranges_parse (walk->request->range, size, &offset, &length);
  if (verdict == HP_RANGE_WHOLE)
    return NULL;

  if (verdict == HP_RANGE_PART)
    {
      response = send_file (walk, 206, HP_REASON_PARTIAL, offset, length);
      content_range = g_strdup_printf ("bytes %" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT
                                       "/%" G_GOFFSET_FORMAT,
                                       offset, offset + length - 1, size);
    }
  else
    {
      response = refuse (walk, HP_REASON_RANGE);
      add_validators (walk, response);
      content_range = g_strdup_printf ("bytes */%" G_GOFFSET_FORMAT, size);
    }
  hp_response_add_header (response, "Content-Range", content_range);

  return response;
}

static HpResponse *
send_whole (Walk *walk)
{
  return send_file (walk, 200, walk->reason, 0, walk->found.stat.st_size);
}

static const Step steps[] = {
  check_framing, check_host,      check_method,     check_target, look_up,
  enter_folder,  load_small_file, check_conditions, send_part,    send_whole,
};

static void
clear_walk (Walk *walk)
{
  hp_target_clear (&walk->target);
  hp_lookup_clear (&walk->found);
  g_free (walk->index_path);
  if (walk->root >= 0)
    close (walk->root);
}

HpResponse *
hp_responder_respond (HpResponder *self, const HpRequest *request)
{
  Walk walk = {
    .request = request,
    .folder = self->folder,
    .options = self->options,
    .cache = self->cache,
    .root = -1,
    .found = { .fd = -1 },
  };
  HpResponse *response = NULL;

  hp_validators_read_clock (&walk.now);
  for (gsize i = 0; response == NULL && i < G_N_ELEMENTS (steps); i++)
    response = steps[i](&walk);

  response->head = g_strcmp0 (request->method, "HEAD") == 0;
  clear_walk (&walk);

  return response;
}

HpResponse *
hp_responder_refuse (const HpRequest *request, HpReason reason)
{
  Walk walk = { .request = request, .found = { .fd = -1 } };

  return refuse (&walk, reason);
}

HpResponder *
hp_responder_new (const char *folder, HpServerOptions *options)
{
  HpResponder *self = g_new0 (HpResponder, 1);

  self->folder = g_strdup (folder);
  self->options = hp_server_options_ref (options);

  return self;
}

void
hp_responder_free (HpResponder *self)
{
  if (self == NULL)
    return;

  hp_server_options_unref (self->options);
  g_free (self->folder);
  g_free (self);
}

void
hp_responder_set_options (HpResponder *self, HpServerOptions *options)
{
  hp_server_options_ref (options);
  hp_server_options_unref (self->options);
  self->options = options;
}

void
hp_responder_set_cache (HpResponder *self, HpFileCache *cache)
{
  self->cache = cache;
}
