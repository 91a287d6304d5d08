package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the signed statement.
 *
 * <p>Source: in-toto Attestation Framework, Statement v1; the predicates of OpenSSF Model Signing 1.0 (of which fields other
 * than {@code serialization} and {@code resources} are to be ignored) and of the reference implementation's version 0.2.
 */
final class StatementReader {
    private static final int MOST_IGNORED_PATHS = 10_000;

    private final JsonFields json;
    private final ResourceNames names = new ResourceNames();
    private final Map<String, Sha256> files = new LinkedHashMap<>();
    private final Set<String> ignored = new LinkedHashSet<>();
    private final MessageDigest overall = Sha256.newDigest();

    private @Nullable String subjectName;
    private @Nullable String subjectDigest;
    private @Nullable String method;
    private @Nullable String hashType;
    private @Nullable Boolean links;
    private boolean predicateSeen;

    private StatementReader(JsonFields json) {
        this.json = json;
    }

    /** The types, read first: what the rest has to look like depends on them, and fields may stand in any order. */
    private record Types(
            @Nullable String statement, @Nullable String predicate) {}

    static Statement read(byte[] payload) throws BundleException {
        Types types = JsonFields.read("a signed statement", payload, StatementReader::types);
        if (!Statement.TYPE.equals(types.statement())) {
            throw BundleException.unsupported("it signs a statement of the type " + types.statement());
        }
        if (Statement.OLD_PREDICATE.equals(types.predicate())) {
            return JsonFields.read("a signed statement", payload, json -> new StatementReader(json).oldStatement());
        }
        if (!Statement.PREDICATE.equals(types.predicate())) {
            throw BundleException.unsupported("it signs a predicate of the type " + types.predicate());
        }
        return JsonFields.read("a signed statement", payload, json -> new StatementReader(json).statement());
    }

    private static Types types(JsonFields json) throws IOException, BundleException {
        String[] found = new String[2];
        json.object("$", name -> {
            switch (name) {
                case "_type" -> found[0] = json.text("_type");
                case "predicateType" -> found[1] = json.text("predicateType");
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Types(found[0], found[1]);
    }

    private Statement statement() throws IOException, BundleException {
        json.object("$", name -> {
            switch (name) {
                case "subject" -> json.array("subject", this::subject);
                case "predicate" -> {
                    predicateSeen = true;
                    predicate();
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (!predicateSeen) {
            throw json.unexpected("there is no predicate");
        }
        requireSerialization();
        Sha256 digest = Sha256.of(overall.digest());
        if (!digest.hex().equals(subjectDigest)) {
            throw BundleException.invalid(
                    "the digest " + subjectDigest + " for the whole", digest + ", which the listed files give");
        }
        return finished(subjectName == null ? "" : subjectName, digest);
    }

    private Statement finished(String name, Sha256 digest) throws BundleException {
        if (files.isEmpty()) {
            throw BundleException.invalid("a signed list without any file", "at least one file");
        }
        if (files.containsKey(Statement.SINGLE_FILE) && files.size() > 1) {
            throw BundleException.invalid("the file name . among others", "names of files in the folder");
        }
        return new Statement(name, files, ignored, Boolean.TRUE.equals(links), digest);
    }

    private void subject() throws IOException, BundleException {
        if (subjectName != null) {
            throw json.unexpected("there is more than one subject");
        }
        json.object("subject[0]", name -> {
            switch (name) {
                case "name" -> subjectName = json.text("subject[0].name");
                case "digest" -> subjectDigest = sha256("subject[0].digest");
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (subjectName == null || subjectDigest == null) {
            throw json.unexpected("subject[0] has no name or no sha256");
        }
    }

    private @Nullable String sha256(String path) throws IOException, BundleException {
        List<String> found = new ArrayList<>();
        json.object(path, name -> {
            if (!name.equals("sha256")) {
                return false;
            }
            found.add(json.text(path + ".sha256"));
            return true;
        });
        return found.isEmpty() ? null : found.get(0);
    }

    private void predicate() throws IOException, BundleException {
        json.object("predicate", name -> {
            switch (name) {
                case "serialization" -> serialization();
                case "resources" -> json.array("resources", this::resource);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void serialization() throws IOException, BundleException {
        json.object("serialization", name -> {
            switch (name) {
                case "method" -> method = json.text("serialization.method");
                case "hash_type" -> hashType = json.text("serialization.hash_type");
                case "allow_symlinks" -> links = json.yesOrNo("serialization.allow_symlinks");
                case "ignore_paths" -> json.array("ignore_paths", this::ignoredPath);
                default -> {
                    return false;
                }
            }
            return true;
        });
        // Said at once: what follows has another form then.
        requireFiles();
    }

    private void requireFiles() throws BundleException {
        if (method != null && !method.equals("files")) {
            throw BundleException.unsupported(
                    method.startsWith("shard") || method.startsWith("file-shard")
                            ? "it lists shards of files (method " + method + ")"
                            : "its files were listed by the method " + method);
        }
        if (hashType != null && !hashType.equals("sha256")) {
            throw BundleException.unsupported("its files were hashed with " + hashType);
        }
    }

    private void requireSerialization() throws BundleException {
        if (method == null || hashType == null || links == null) {
            throw json.unexpected("predicate.serialization lacks method, hash_type or allow_symlinks");
        }
    }

    private void ignoredPath() throws IOException, BundleException {
        ignored.add(json.text("ignore_paths"));
        if (ignored.size() > MOST_IGNORED_PATHS) {
            throw json.unexpected("there are more than " + MOST_IGNORED_PATHS + " ignored paths");
        }
    }

    private void resource() throws IOException, BundleException {
        String[] found = new String[3];
        json.object("a resource", name -> {
            switch (name) {
                case "name" -> found[0] = json.text("name");
                case "algorithm" -> found[1] = json.text("algorithm");
                case "digest" -> found[2] = json.text("digest");
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (found[0] == null || found[1] == null || found[2] == null) {
            throw json.unexpected("a resource lacks name, algorithm or digest");
        }
        if (!found[1].equals("sha256")) {
            throw BundleException.unsupported("its files were hashed with " + found[1]);
        }
        add(found[0], found[2]);
    }

    private void add(String name, String hex) throws BundleException {
        names.require(name);
        try {
            Sha256 digest = new Sha256(hex.toLowerCase(Locale.ROOT));
            overall.update(HexFormat.of().parseHex(digest.hex()));
            files.put(name, digest);
        } catch (IllegalArgumentException e) {
            throw BundleException.invalid("the digest \"" + brief(hex) + "\" of " + name, "64 hexadecimal digits");
        }
    }

    private static String brief(String text) {
        return text.length() > 70 ? text.substring(0, 70) + "…" : text;
    }

    /** Version 0.2: each file is a subject of its own, and no digest stands over the whole. */
    private Statement oldStatement() throws IOException, BundleException {
        json.object("$", name -> {
            if (!name.equals("subject")) {
                return false;
            }
            json.array("subject", this::oldSubject);
            return true;
        });
        return finished("", Sha256.of(overall.digest()));
    }

    private void oldSubject() throws IOException, BundleException {
        String[] found = new String[3];
        json.object("a subject", name -> {
            switch (name) {
                case "name" -> found[0] = json.text("name");
                case "digest" -> found[1] = sha256("digest");
                case "annotations" -> found[2] = hashAnnotation();
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (found[0] == null || found[1] == null) {
            throw json.unexpected("a subject lacks its name or its sha256");
        }
        if (found[2] != null && !found[2].equals("file-sha256")) {
            throw BundleException.unsupported("its files were hashed with " + found[2]);
        }
        add(found[0], found[1]);
    }

    private @Nullable String hashAnnotation() throws IOException, BundleException {
        List<String> found = new ArrayList<>();
        json.object("annotations", name -> {
            if (!name.equals("actual_hash_algorithm")) {
                return false;
            }
            found.add(json.text("actual_hash_algorithm"));
            return true;
        });
        return found.isEmpty() ? null : found.get(0);
    }
}
