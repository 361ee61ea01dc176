/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-stream.h"

/* --- sources --- */

/* Ready when the connection is, without a descriptor of its own: GLib would write to an eventfd
 * each time such a source comes or goes. It is looked at whenever HpPoller gives the connection a
 * turn. libsoup makes it the child of its own source, which it wakes; nobody else has it. */
typedef struct
{
  GSource parent;
  HpSession *session;
  gboolean (*is_ready) (HpSession *session);
} StreamSource;

static gboolean
stream_source_prepare (GSource *source, int *timeout)
{
  StreamSource *self = (StreamSource *) source;

  *timeout = -1;
  return self->is_ready (self->session);
}

static gboolean
stream_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
stream_source_finalize (GSource *source)
{
  hp_session_unref (((StreamSource *) source)->session);
}

/* GLib demands one before it accepts libsoup's empty callback. */
static gboolean
stream_source_closure (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs stream_source_funcs = {
  .prepare = stream_source_prepare,
  .dispatch = stream_source_dispatch,
  .finalize = stream_source_finalize,
  .closure_callback = (GSourceFunc) stream_source_closure,
};

static GSource *
stream_source_new (HpSession *session, gboolean (*is_ready) (HpSession *session))
{
  GSource *source = g_source_new (&stream_source_funcs, sizeof (StreamSource));
  StreamSource *self = (StreamSource *) source;

  g_source_set_static_name (source, "HpStream");
  self->session = hp_session_ref (session);
  self->is_ready = is_ready;

  return source;
}

/* --- input --- */

typedef struct
{
  GInputStream parent_instance;
  HpSession *session;
} HpStreamInput;

typedef GInputStreamClass HpStreamInputClass;

static void hp_stream_input_pollable_init (GPollableInputStreamInterface *iface);
static GType hp_stream_input_get_type (void);

G_DEFINE_TYPE_WITH_CODE (HpStreamInput,
                         hp_stream_input,
                         G_TYPE_INPUT_STREAM,
                         G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                hp_stream_input_pollable_init))

static gboolean
hp_stream_input_is_readable (GPollableInputStream *stream)
{
  return hp_session_is_readable (((HpStreamInput *) stream)->session);
}

static gssize
hp_stream_input_read_nonblocking (GPollableInputStream *stream,
                                  void *buffer,
                                  gsize count,
                                  GError **error)
{
  return hp_session_read (((HpStreamInput *) stream)->session, buffer, count, error);
}

static GSource *
hp_stream_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return stream_source_new (((HpStreamInput *) stream)->session, hp_session_is_readable);
}

static void
hp_stream_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = hp_stream_input_is_readable;
  iface->read_nonblocking = hp_stream_input_read_nonblocking;
  iface->create_source = hp_stream_input_create_source;
}

static gssize
hp_stream_input_read (
    GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return hp_session_read (((HpStreamInput *) stream)->session, buffer, count, error);
}

static void
hp_stream_input_finalize (GObject *object)
{
  hp_session_unref (((HpStreamInput *) object)->session);

  G_OBJECT_CLASS (hp_stream_input_parent_class)->finalize (object);
}

static void
hp_stream_input_class_init (HpStreamInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_stream_input_finalize;
  klass->read_fn = hp_stream_input_read;
}

static void
hp_stream_input_init (HpStreamInput *self)
{
}

/* --- output --- */

typedef struct
{
  GOutputStream parent_instance;
  HpSession *session;
} HpStreamOutput;

typedef GOutputStreamClass HpStreamOutputClass;

static void hp_stream_output_pollable_init (GPollableOutputStreamInterface *iface);
static GType hp_stream_output_get_type (void);

G_DEFINE_TYPE_WITH_CODE (HpStreamOutput,
                         hp_stream_output,
                         G_TYPE_OUTPUT_STREAM,
                         G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                hp_stream_output_pollable_init))

static gboolean
hp_stream_output_is_writable (GPollableOutputStream *stream)
{
  return hp_session_is_writable (((HpStreamOutput *) stream)->session);
}

static gssize
hp_stream_output_write_nonblocking (GPollableOutputStream *stream,
                                    const void *buffer,
                                    gsize count,
                                    GError **error)
{
  return hp_session_write (((HpStreamOutput *) stream)->session, buffer, count, error);
}

static GSource *
hp_stream_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return stream_source_new (((HpStreamOutput *) stream)->session, hp_session_is_writable);
}

static void
hp_stream_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = hp_stream_output_is_writable;
  iface->write_nonblocking = hp_stream_output_write_nonblocking;
  iface->create_source = hp_stream_output_create_source;
}

static gssize
hp_stream_output_write (GOutputStream *stream,
                        const void *buffer,
                        gsize count,
                        GCancellable *cancellable,
                        GError **error)
{
  return hp_session_write (((HpStreamOutput *) stream)->session, buffer, count, error);
}

/* libsoup flushes at the end of every body, also of one that is empty. */
static gboolean
hp_stream_output_flush (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  hp_session_flush (((HpStreamOutput *) stream)->session);
  return TRUE;
}

static void
hp_stream_output_finalize (GObject *object)
{
  hp_session_unref (((HpStreamOutput *) object)->session);

  G_OBJECT_CLASS (hp_stream_output_parent_class)->finalize (object);
}

static void
hp_stream_output_class_init (HpStreamOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_stream_output_finalize;
  klass->write_fn = hp_stream_output_write;
  klass->flush = hp_stream_output_flush;
}

static void
hp_stream_output_init (HpStreamOutput *self)
{
}

/* --- both --- */

struct _HpStream
{
  GIOStream parent_instance;

  /* owned */
  HpSession *session;
  HpStreamInput *input;
  HpStreamOutput *output;
};

G_DEFINE_FINAL_TYPE (HpStream, hp_stream, G_TYPE_IO_STREAM)

static GInputStream *
hp_stream_get_input_stream (GIOStream *stream)
{
  return (GInputStream *) HP_STREAM (stream)->input;
}

static GOutputStream *
hp_stream_get_output_stream (GIOStream *stream)
{
  return (GOutputStream *) HP_STREAM (stream)->output;
}

static gboolean
hp_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  hp_session_close (HP_STREAM (stream)->session);
  return TRUE;
}

static void
hp_stream_finalize (GObject *object)
{
  HpStream *self = HP_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  hp_session_unref (self->session);

  G_OBJECT_CLASS (hp_stream_parent_class)->finalize (object);
}

static void
hp_stream_class_init (HpStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  object_class->finalize = hp_stream_finalize;
  stream_class->get_input_stream = hp_stream_get_input_stream;
  stream_class->get_output_stream = hp_stream_get_output_stream;
  stream_class->close_fn = hp_stream_close;
}

static void
hp_stream_init (HpStream *self)
{
  self->input = g_object_new (hp_stream_input_get_type (), NULL);
  self->output = g_object_new (hp_stream_output_get_type (), NULL);
}

GIOStream *
hp_stream_new (HpSession *session)
{
  HpStream *self = g_object_new (HP_TYPE_STREAM, NULL);

  self->session = hp_session_ref (session);
  self->input->session = hp_session_ref (session);
  self->output->session = hp_session_ref (session);

  return G_IO_STREAM (self);
}
