package ai.bearllm.worker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The class path of the toolkit as its class loader sees it. {@code java.class.path} is not it in JShell's remote JVM or in
 * the notebook kernels, and a jar with native libraries only has no class whose code source would name it: so every manifest
 * and every known class is asked.
 */
final class ToolkitClassPath {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private ToolkitClassPath() {}

    /** Files and folders, those of the given classes and of the toolkit first, because they are looked into most. */
    static List<Path> of(Class<?>... classes) {
        Set<Path> found = new LinkedHashSet<>();
        for (Class<?> type : classes) {
            codeSource(type).ifPresent(found::add);
        }
        for (Class<?> type : List.of(ToolkitClassPath.class, ObjectMapper.class, JsonFactory.class)) {
            codeSource(type).ifPresent(found::add);
        }
        for (Class<?> type : classes) {
            addManifests(type.getClassLoader(), found);
        }
        addManifests(ToolkitClassPath.class.getClassLoader(), found);
        return List.copyOf(found);
    }

    private static void addManifests(ClassLoader loader, Set<Path> found) {
        try {
            for (URL url : Collections.list(loader.getResources(MANIFEST))) {
                container(url).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the class loader does not list its manifests", e);
        }
    }

    private static Optional<Path> codeSource(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? Optional.empty() : path(source.getLocation());
    }

    /** The jar or folder that holds this resource; empty for the JDK's own and for jars within jars. */
    static Optional<Path> container(URL manifest) {
        try {
            if (manifest.getProtocol().equals("jar")) {
                return path(((JarURLConnection) manifest.openConnection()).getJarFileURL());
            }
            String text = manifest.toString();
            return manifest.getProtocol().equals("file") && text.endsWith("/" + MANIFEST)
                    ? path(URI.create(text.substring(0, text.length() - MANIFEST.length()))
                            .toURL())
                    : Optional.empty();
        } catch (MalformedURLException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("cannot tell the jar of " + manifest, e);
        }
    }

    private static Optional<Path> path(URL url) {
        if (!url.getProtocol().equals("file")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(url.toURI()));
        } catch (URISyntaxException | FileSystemNotFoundException | IllegalArgumentException e) {
            // Some loaders put blanks and other raw characters into their URLs.
            return Optional.of(Path.of(url.getPath()));
        }
    }
}
