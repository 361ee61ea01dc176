# SPDX-License-Identifier: GPL-3.0-or-later
"""A window to drag a file from: prints its X window, and "done" when the file was dropped."""

import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("GdkX11", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GdkX11, Gio, GLib, Gtk  # noqa: E402

Gtk.init()
window = Gtk.Window(title="Drag Source", default_width=80, default_height=80, decorated=False)
window.set_child(Gtk.Label(label="Drag me"))
source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
files = Gdk.FileList.new_from_array([Gio.File.new_for_path(sys.argv[1])])
source.set_content(Gdk.ContentProvider.new_for_value(files))
source.connect("drag-end", lambda *_: print("done", flush=True))
source.connect("drag-cancel", lambda *_: print("cancelled", flush=True) or True)
window.add_controller(source)
window.present()


def tell():
    print(GdkX11.X11Surface.get_xid(window.get_surface()), flush=True)


GLib.timeout_add(300, tell)
GLib.MainLoop().run()
