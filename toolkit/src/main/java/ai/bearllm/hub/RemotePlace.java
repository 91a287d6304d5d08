package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import java.net.URI;
import java.util.Optional;

/** Where a remote file lies, and how one asks for it. */
sealed interface RemotePlace {
    /** The file's name alone. */
    String name();

    /** In words for people, without secrets. */
    String words();

    /** The request for its bytes. */
    HttpCall call();

    /** What an unsuccessful answer means. */
    NetworkException refusal(HttpAnswer answer);

    /** The file of this name beside it. */
    RemotePlace sibling(String name);

    /** The same place, fixed to what it means now. */
    RemotePlace pinned(Cancellation cancellation);

    default NetworkException changed(String how) {
        return new NetworkException(
                Reason.INVALID,
                "While " + words() + " was read, the file changed on the server: " + how + ".",
                "Begin again; if it keeps happening, somebody is uploading, or the server's copies differ.");
    }

    default NetworkException invalid(String problem) {
        return new NetworkException(
                Reason.INVALID,
                "Of " + words() + " the server sent " + problem + ".",
                "Download the file and read it here, or try another source.");
    }

    /** Anything that an address leads to. */
    record Address(URI uri) implements RemotePlace {
        @Override
        public String name() {
            String path = Optional.ofNullable(uri.getPath()).orElse("");
            String last = path.substring(path.lastIndexOf('/') + 1);
            return Failures.brief(last.isBlank() ? Addresses.host(uri) : last);
        }

        @Override
        public String words() {
            return Addresses.shown(uri);
        }

        @Override
        public HttpCall call() {
            return HttpCall.get(uri);
        }

        @Override
        public NetworkException refusal(HttpAnswer answer) {
            return Refusals.of(answer, words(), "", false);
        }

        /** Without the query: a signature in it would be the other file's. */
        @Override
        public RemotePlace sibling(String name) {
            return new Address(uri.resolve(Addresses.encoded(name)));
        }

        @Override
        public RemotePlace pinned(Cancellation cancellation) {
            return this;
        }
    }

    /** A file of a repository; its bytes may come from another host, after a redirect for each request. */
    record OnHub(Hub hub, Origin.HubFile file) implements RemotePlace {
        @Override
        public String name() {
            return Failures.brief(file.path().substring(file.path().lastIndexOf('/') + 1));
        }

        @Override
        public String words() {
            return Failures.brief(file.toString());
        }

        @Override
        public HttpCall call() {
            return hub.download(file);
        }

        @Override
        public NetworkException refusal(HttpAnswer answer) {
            return hub.refusal(answer, file);
        }

        @Override
        public RemotePlace sibling(String name) {
            String folder = file.path().substring(0, file.path().lastIndexOf('/') + 1);
            return new OnHub(hub, new Origin.HubFile(file.repository(), file.revision(), folder + name));
        }

        /** To the commit that the branch or tag means now. */
        @Override
        public RemotePlace pinned(Cancellation cancellation) {
            return new OnHub(hub, hub.file(file, cancellation).file());
        }
    }
}
