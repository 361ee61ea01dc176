/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>

#include "http/hp-file-cache.h"
#include "http/hp-responder.h"
#include "test-folder.h"

#define KIB 1024

/* --- the cache by itself; the clock is ten seconds ahead, so that files have rested --- */

static HpFileCache *
make_cache (void)
{
  HpFileCache *cache = hp_file_cache_new (1024 * KIB, NULL);

  hp_file_cache_set_max_age (cache, 60 * G_USEC_PER_SEC);

  return cache;
}

static const HpCachedFile *
add_at (HpFileCache *cache, TestFolder *folder, const char *path, int ahead)
{
  g_autofree char *whole = test_folder_path (folder, path);
  int fd = open (whole, O_RDONLY | O_CLOEXEC);
  const HpCachedFile *file;
  struct timespec now;
  struct stat stat;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &stat), ==, 0);
  hp_validators_read_clock (&now);
  now.tv_sec += ahead;
  file = hp_file_cache_add (cache, folder->path, path, fd, &stat, &now);
  close (fd);

  return file;
}

static const HpCachedFile *
add (HpFileCache *cache, TestFolder *folder, const char *path)
{
  return add_at (cache, folder, path, 10);
}

static void
test_hit (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpFileCache) cache = make_cache ();
  const HpCachedFile *file;

  test_folder_mkdir (folder, "a/b");
  test_folder_write (folder, "a/b/x.svgz", "hello");
  g_assert_null (hp_file_cache_find (cache, folder->path, "a/b/x.svgz"));
  g_assert_nonnull (add (cache, folder, "a/b/x.svgz"));

  file = hp_file_cache_find (cache, folder->path, "a/b/x.svgz");
  g_assert_nonnull (file);
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), "hello",
                   5);
  g_assert_cmpstr (file->media_type, ==, "image/svg+xml; charset=utf-8");
  g_assert_cmpstr (file->coding, ==, "gzip");
  g_assert_cmpstr (file->validators.last_modified, ==, "Sun, 06 Nov 1994 08:49:37 GMT");
  g_assert_null (hp_file_cache_find (cache, folder->path, "a/b/x"));
  g_assert_null (hp_file_cache_find (cache, folder->path, ""));
}

static void
shell (TestFolder *folder, const char *command)
{
  const char *argv[] = { "sh", "-ec", command, NULL };
  int status;

  g_assert_true (g_spawn_sync (folder->path, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

/* After each of these the entry for d/sub/file, five bytes long, must not be used any more. */
static const char *const changes[] = {
  "printf 12345 > d/sub/file",
  "printf 12345 > new; touch -r d/sub/file new; mv new d/sub/file",
  "cp -p d/sub/file new; mv new d/sub/file",
  "printf X | dd of=d/sub/file bs=1 conv=notrunc 2>/dev/null; touch -d '1994-11-06 08:49:37Z' d/sub/file",
  "truncate -s 4 d/sub/file",
  "truncate -s 4 d/sub/file; truncate -s 5 d/sub/file; touch -d '1994-11-06 08:49:37Z' d/sub/file",
  "printf 6 >> d/sub/file",
  "rm d/sub/file",
  "rm -r d",
  "rm d/sub/file; mkdir d/sub/file",
  "rm d/sub/file; mkfifo d/sub/file",
  "chmod 600 d/sub/file",
  "touch d/sub/file",
  "ln d/sub/file other",
  /* the same bytes, but no longer in the folder, or only by a link */
  "mv d/sub/file ..; ln -s ../../../file d/sub/file",
  "mv d/sub/file .; ln -s ../../file d/sub/file",
  "mv d/sub ..; ln -s ../../sub d/sub",
  "mv d/sub .; ln -s ../sub d/sub",
  "mv d ..; ln -s ../d d",
  "mv d ../e; ln -s \"$PWD/../e\" d",
  "mv d e; ln -s e d",
  "mv d e; mkdir -p d/sub; cp -p e/sub/file d/sub",
};

static void
test_changes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (HpFileCache) cache = make_cache ();

      test_folder_mkdir (folder, "d/sub");
      test_folder_write (folder, "d/sub/file", "hello");
      g_assert_nonnull (add (cache, folder, "d/sub/file"));
      g_assert_nonnull (hp_file_cache_find (cache, folder->path, "d/sub/file"));
      test_folder_settle ();

      g_test_message ("%s", changes[i]);
      shell (folder, changes[i]);
      g_assert_null (hp_file_cache_find (cache, folder->path, "d/sub/file"));
      g_assert_cmpuint (hp_file_cache_get_size (cache), ==, 0);
    }
}

/* The folder itself may be reached by a link, and may become another one. */
static void
test_folder_by_link (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpFileCache) cache = make_cache ();
  g_autofree char *real = g_strdup (folder->path);

  test_folder_write (folder, "file", "hello");
  test_folder_link (folder, "served", "../by-link");
  g_free (folder->path);
  folder->path = g_build_filename (folder->base, "by-link", NULL);

  g_assert_nonnull (add (cache, folder, "file"));
  g_assert_nonnull (hp_file_cache_find (cache, folder->path, "file"));
  g_assert_null (hp_file_cache_find (cache, real, "file")); /* another way to it */

  shell (folder, "cd ..; mkdir new; echo hello > new/file; ln -sfn new by-link");
  g_assert_null (hp_file_cache_find (cache, folder->path, "file"));
}

static void
test_not_kept (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpFileCache) cache = make_cache ();
  g_autofree char *largest = g_strnfill (HP_FILE_CACHE_MAX_FILE, 'x');
  g_autofree char *too_large = g_strnfill (HP_FILE_CACHE_MAX_FILE + 1, 'x');

  test_folder_mkdir (folder, "a");
  test_folder_write (folder, "a/file", "hello");
  test_folder_write (folder, "empty", "");
  test_folder_write (folder, "largest", largest);
  test_folder_write (folder, "too-large", too_large);
  test_folder_link (folder, "a", "link");
  test_folder_link (folder, "a/file", "link-file");

  g_assert_null (add (cache, folder, "link/file"));
  g_assert_null (add (cache, folder, "link-file"));
  g_assert_null (add (cache, folder, "empty"));
  g_assert_null (add (cache, folder, "too-large"));
  g_assert_null (add_at (cache, folder, "a/file", 0));   /* an edit could follow in this tick */
  g_assert_null (add_at (cache, folder, "a/file", -10)); /* from another clock */
  g_assert_null (add_at (cache, folder, "a/file", -10 * 365 * 86400));
  g_assert_cmpuint (hp_file_cache_get_size (cache), ==, 0);
  g_assert_nonnull (add (cache, folder, "a/file"));
  g_assert_nonnull (add (cache, folder, "largest"));

  shell (folder, "touch -d '+1 year' a/file");
  g_assert_null (add (cache, folder, "a/file"));
}

/* What was read must be what was found. */
static void
test_changed_before_reading (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpFileCache) cache = make_cache ();
  g_autofree char *whole = test_folder_path (folder, "file");
  struct timespec now;
  struct stat stat;
  int fd;

  test_folder_write (folder, "file", "hello");
  fd = open (whole, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fstat (fd, &stat), ==, 0);
  hp_validators_read_clock (&now);
  now.tv_sec += 10;
  test_folder_settle ();
  test_folder_write (folder, "file", "HELLO");
  g_assert_null (hp_file_cache_add (cache, folder->path, "file", fd, &stat, &now));
  close (fd);
}

static void
test_size (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpFileCache) cache = hp_file_cache_new (100 * KIB, NULL);
  g_autofree char *content = g_strnfill (30 * KIB, 'x');
  const char *const names[] = { "a", "b", "c", "d" };
  gsize one;

  hp_file_cache_set_max_age (cache, 60 * G_USEC_PER_SEC);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    test_folder_write (folder, names[i], content);

  add (cache, folder, "a");
  one = hp_file_cache_get_size (cache);
  g_assert_cmpuint (one, >, 30 * KIB);
  g_assert_cmpuint (one, <, 32 * KIB);
  add (cache, folder, "a");
  g_assert_cmpuint (hp_file_cache_get_size (cache), ==, one);
  add (cache, folder, "b");
  add (cache, folder, "c");
  g_assert_cmpuint (hp_file_cache_get_size (cache), ==, 3 * one);

  /* The one that was used longest ago goes. */
  g_assert_nonnull (hp_file_cache_find (cache, folder->path, "a"));
  add (cache, folder, "d");
  g_assert_cmpuint (hp_file_cache_get_size (cache), ==, 3 * one);
  g_assert_nonnull (hp_file_cache_find (cache, folder->path, "a"));
  g_assert_null (hp_file_cache_find (cache, folder->path, "b"));
  g_assert_nonnull (hp_file_cache_find (cache, folder->path, "c"));
  g_assert_nonnull (hp_file_cache_find (cache, folder->path, "d"));
}

static void
test_age (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (HpFileCache) cache = hp_file_cache_new (1024 * KIB, context);
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  test_folder_write (folder, "file", "hello");
  hp_file_cache_set_max_age (cache, 0);
  g_assert_nonnull (add (cache, folder, "file"));
  g_assert_null (hp_file_cache_find (cache, folder->path, "file"));

  /* What nobody asks for goes by itself, and then nothing wakes up any more. */
  g_assert_nonnull (add (cache, folder, "file"));
  while (hp_file_cache_get_size (cache) > 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (hp_file_cache_get_size (cache), ==, 0);
  g_assert_false (g_main_context_pending (context));
}

/* --- behind the responder, with the true clock --- */

typedef struct
{
  TestFolder *folder;
  HpFileCache *cache;
  HpResponder *responder;
} Site;

static void
site_init (Site *self)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  self->folder = test_folder_new ();
  self->cache = hp_file_cache_new (1024 * KIB, NULL);
  self->responder = hp_responder_new (self->folder->path, options);
  hp_responder_set_cache (self->responder, self->cache);
}

static void
site_clear (Site *self)
{
  hp_responder_free (self->responder);
  hp_file_cache_free (self->cache);
  test_folder_free (self->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Site, site_clear)

/* Until files made before may be kept. */
static void
rest (void)
{
  gint64 end = g_get_monotonic_time () + 3200 * 1000;

  while (g_get_monotonic_time () < end)
    g_usleep (50 * 1000);
}

static HpResponse *
ask (Site *self, const char *method, const char *target, const char *range)
{
  const HpRequest request = {
    .method = method,
    .target = target,
    .minor_version = 1,
    .port = 62893,
    .host = "localhost:62893",
    .range = range,
  };

  return hp_responder_respond (self->responder, &request);
}

static char *
read_body (HpResponse *response)
{
  char *text;

  if (response->body == HP_BODY_BYTES)
    return g_strndup (g_bytes_get_data (response->bytes, NULL), g_bytes_get_size (response->bytes));

  g_assert_cmpint (response->body, ==, HP_BODY_FILE);
  text = g_malloc0 (response->length + 1);
  g_assert_cmpint (pread (response->fd, text, response->length, response->offset), >=, 0);

  return text;
}

static void
check (Site *self, const char *target, guint status, HpBodyKind kind, const char *content)
{
  g_autoptr (HpResponse) response = ask (self, "GET", target, NULL);
  g_autofree char *body = NULL;

  g_test_message ("%s", target);
  g_assert_cmpuint (response->status, ==, status);
  g_assert_cmpint (response->body, ==, kind);
  if (content != NULL)
    {
      body = read_body (response);
      g_assert_cmpstr (body, ==, content);
    }
}

static void
test_responder (void)
{
  g_auto (Site) site;
  g_autoptr (HpServerOptions) hidden = hp_server_options_new (TRUE, TRUE);
  g_autoptr (HpServerOptions) plain = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpResponse) part = NULL;
  g_autoptr (HpResponse) head = NULL;
  g_autofree char *private_path = NULL;

  site_init (&site);
  test_folder_mkdir (site.folder, "d");
  test_folder_write (site.folder, "file.txt", "hello");
  test_folder_write (site.folder, "private", "secret");
  test_folder_write (site.folder, ".env", "TOKEN");
  test_folder_write (site.folder, "d/index.html", "index");
  check (&site, "/file.txt", 200, HP_BODY_FILE, "hello");
  rest ();

  check (&site, "/file.txt", 200, HP_BODY_BYTES, "hello");
  g_assert_cmpuint (hp_file_cache_get_size (site.cache), >, 0);
  check (&site, "/file.txt", 200, HP_BODY_BYTES, "hello");
  check (&site, "/d/", 200, HP_BODY_BYTES, "index");
  check (&site, "/d/", 200, HP_BODY_BYTES, "index");
  check (&site, "/d/index.html", 200, HP_BODY_BYTES, "index");
  check (&site, "/d", 301, HP_BODY_NONE, NULL);
  check (&site, "/file.txt/", 404, HP_BODY_BYTES, NULL);
  check (&site, "/private", 200, HP_BODY_BYTES, "secret");

  part = ask (&site, "GET", "/file.txt", "bytes=1-3");
  g_assert_cmpuint (part->status, ==, 206);
  g_assert_cmpstr (hp_response_get_header (part, "Content-Range"), ==, "bytes 1-3/5");
  g_assert_cmpmem (g_bytes_get_data (part->bytes, NULL), g_bytes_get_size (part->bytes), "ell", 3);
  head = ask (&site, "HEAD", "/file.txt", NULL);
  g_assert_true (head->head);
  g_assert_cmpuint (g_bytes_get_size (head->bytes), ==, 5);

  /* A switch counts at once. */
  check (&site, "/.env", 404, HP_BODY_BYTES, NULL);
  hp_responder_set_options (site.responder, hidden);
  check (&site, "/.env", 200, HP_BODY_BYTES, "TOKEN");
  check (&site, "/.env", 200, HP_BODY_BYTES, "TOKEN");
  hp_responder_set_options (site.responder, plain);
  check (&site, "/.env", 404, HP_BODY_BYTES, NULL);

  private_path = test_folder_path (site.folder, "private");
  g_assert_cmpint (chmod (private_path, 0), ==, 0);
  if (geteuid () == 0)
    check (&site, "/private", 200, HP_BODY_FILE, "secret"); /* root may read everything */
  else
    check (&site, "/private", 403, HP_BODY_BYTES, NULL);

  /* As build tools do. */
  test_folder_remove (site.folder->path);
  check (&site, "/file.txt", 503, HP_BODY_BYTES, NULL);
  test_folder_mkdir (site.folder, "d");
  test_folder_write (site.folder, "file.txt", "again");
  check (&site, "/file.txt", 200, HP_BODY_FILE, "again");
  check (&site, "/d/", 200, HP_BODY_GENERATOR, NULL);
}

/* --- edits from another thread --- */

#define N_FILES 24

/* gen is odd while an edit is under way. */
typedef struct
{
  Site site;
  gint gen;
  gint versions[N_FILES]; /* 0: deleted */
  gint linked_out;        /* the folder d is a link to where it was moved */
  gint done;
  gint n_edits;
} Race;

static char *
make_content (int version)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < 8; i++)
    g_string_append_printf (text, "%08d", version);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
write_file (const char *path, const char *content, int flags)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
  gssize length = strlen (content);

  g_assert_cmpint (pwrite (fd, content, length, 0), ==, length);
  close (fd);
}

static void
edit_file (Race *race, int i)
{
  g_autofree char *name = g_strdup_printf ("d/file-%d", i);
  g_autofree char *path = test_folder_path (race->site.folder, name);
  g_autofree char *new = g_strconcat (path, ".new", NULL);
  int version = ABS (g_atomic_int_get (&race->versions[i])) + 1;
  g_autofree char *content = make_content (version);

  switch (g_random_int_range (0, 4))
    {
    case 0:
      write_file (path, content, 0);
      break;
    case 1:
      write_file (path, content, O_TRUNC);
      break;
    case 2:
      write_file (new, content, O_TRUNC);
      g_assert_cmpint (rename (new, path), ==, 0);
      break;
    default:
      unlink (path);
      version = -version;
      break;
    }
  g_atomic_int_set (&race->versions[i], version);
}

/* The folder of all files moves out, and a link in its place leads there; or back. */
static void
swap_folder (Race *race)
{
  g_autofree char *inside = test_folder_path (race->site.folder, "d");
  g_autofree char *outside = test_folder_path (race->site.folder, "../moved");

  if (g_atomic_int_get (&race->linked_out))
    {
      g_assert_cmpint (unlink (inside), ==, 0);
      g_assert_cmpint (rename (outside, inside), ==, 0);
    }
  else
    {
      g_assert_cmpint (rename (inside, outside), ==, 0);
      g_assert_cmpint (symlink ("../moved", inside), ==, 0);
    }
  g_atomic_int_set (&race->linked_out, !g_atomic_int_get (&race->linked_out));
}

static gpointer
edit_thread (gpointer data)
{
  Race *race = data;

  while (!g_atomic_int_get (&race->done))
    {
      g_atomic_int_inc (&race->gen);
      if (g_random_int_range (0, 5) == 0)
        swap_folder (race);
      else
        edit_file (race, g_random_int_range (0, N_FILES));
      g_atomic_int_inc (&race->gen);
      g_atomic_int_inc (&race->n_edits);
      g_usleep (g_random_int_range (1000, 60000));
    }

  return NULL;
}

/* TRUE: nothing was edited meanwhile, so that there was one right answer, and this was it. */
static gboolean
check_file (Race *race, int i, gboolean *from_cache)
{
  g_autofree char *target = g_strdup_printf ("/d/file-%d", i);
  g_autofree char *expected = NULL;
  g_autofree char *body = NULL;
  gint gen = g_atomic_int_get (&race->gen);
  gint version = g_atomic_int_get (&race->versions[i]);
  gboolean out = g_atomic_int_get (&race->linked_out);
  g_autoptr (HpResponse) response = ask (&race->site, "GET", target, NULL);

  body = response->body != HP_BODY_NONE ? read_body (response) : NULL;
  if (gen % 2 != 0 || gen != g_atomic_int_get (&race->gen))
    return FALSE;

  *from_cache = response->status == 200 && response->body == HP_BODY_BYTES;
  g_assert_cmpuint (response->status, ==, out ? 403 : version > 0 ? 200 : 404);
  if (response->status == 200)
    {
      expected = make_content (version);
      g_assert_cmpstr (body, ==, expected);
    }

  return TRUE;
}

static void
test_random_edits (void)
{
  g_autofree Race *race = g_new0 (Race, 1);
  gint64 end;
  guint n_checked = 0, n_cached = 0;
  GThread *thread;

  site_init (&race->site);
  test_folder_mkdir (race->site.folder, "d");
  for (int i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("d/file-%d", i);
      g_autofree char *content = make_content (1);

      test_folder_write (race->site.folder, name, content);
      race->versions[i] = 1;
    }
  rest ();

  thread = g_thread_new ("edits", edit_thread, race);
  end = g_get_monotonic_time () + 6 * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < end)
    {
      gboolean from_cache = FALSE;

      n_checked += check_file (race, g_random_int_range (0, N_FILES), &from_cache);
      n_cached += from_cache;
    }
  g_atomic_int_set (&race->done, TRUE);
  g_thread_join (thread);

  g_test_message ("%d edits, %u answers checked, %u of them from the cache", race->n_edits,
                  n_checked, n_cached);
  g_assert_cmpint (race->n_edits, >, 20);
  g_assert_cmpuint (n_checked, >, 100);
  g_assert_cmpuint (n_cached, >, 10);
  site_clear (&race->site);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/file-cache/hit", test_hit);
  g_test_add_func ("/file-cache/changes", test_changes);
  g_test_add_func ("/file-cache/folder-by-link", test_folder_by_link);
  g_test_add_func ("/file-cache/not-kept", test_not_kept);
  g_test_add_func ("/file-cache/changed-before-reading", test_changed_before_reading);
  g_test_add_func ("/file-cache/size", test_size);
  g_test_add_func ("/file-cache/age", test_age);
  g_test_add_func ("/file-cache/responder", test_responder);
  g_test_add_func ("/file-cache/random-edits", test_random_edits);

  return g_test_run ();
}
