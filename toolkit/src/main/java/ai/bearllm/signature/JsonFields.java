package ai.bearllm.signature;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON field by field, never as a tree, so that hostile text costs no more memory than what is kept of it. A known field
 * that stands twice is refused, because readers differ in which one they take; unknown fields are passed over.
 */
final class JsonFields implements AutoCloseable {
    /** Names are not collected: a hostile text can hold millions of different ones. */
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(BundleReader.MOST_BYTES)
                    .build())
            .build();

    private final JsonParser parser;
    private final String where;

    /** Reads one field's value, or says false where it does not know the name; then nothing of it may have been read. */
    @FunctionalInterface
    interface Field {
        boolean read(String name) throws IOException, BundleException;
    }

    /** Reads one element of an array. */
    @FunctionalInterface
    interface Element {
        void read() throws IOException, BundleException;
    }

    /** Reads a whole text. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonFields json) throws IOException, BundleException;
    }

    private JsonFields(JsonParser parser, String where) {
        this.parser = parser;
        this.where = where;
    }

    /**
     * Reads a text that must be one JSON object in UTF-8 and nothing more.
     *
     * @param where what the text is, for messages
     */
    static <T> T read(String where, byte[] json, Reading<T> reading) throws BundleException {
        try (JsonFields fields = new JsonFields(JSON.createParser(decoded(json)), where)) {
            fields.parser.nextToken();
            T read = reading.read(fields);
            if (fields.parser.nextToken() != null) {
                throw fields.unexpected("text after its end");
            }
            return read;
        } catch (CharacterCodingException e) {
            throw BundleException.invalid(where + " that is not UTF-8", "JSON in UTF-8");
        } catch (JsonProcessingException e) {
            throw BundleException.invalid(where + " that is not JSON" + place(e.getLocation()), "one JSON object");
        } catch (IOException e) {
            // The parser reads from memory: what it cannot decode, such as bad Base64, also comes this way.
            throw BundleException.invalid(where + " that cannot be read", "one JSON object");
        }
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    /** Strict: what is not UTF-8 is no text, and readers differ in what they make of it. */
    private static Reader decoded(byte[] json) {
        return new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
    }

    /** Reads the object that the parser stands at. */
    void object(String path, Field field) throws IOException, BundleException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw unexpected(path + " is not an object");
        }
        List<String> seen = new ArrayList<>(4);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            if (!field.read(name)) {
                parser.skipChildren();
            } else if (seen.contains(name)) {
                throw unexpected(path + "." + name + " stands there twice");
            } else {
                seen.add(name);
            }
        }
    }

    /** Reads the array that the parser stands at. */
    void array(String path, Element element) throws IOException, BundleException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw unexpected(path + " is not an array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    String text(String path) throws IOException, BundleException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw unexpected(path + " is not a text");
        }
        return parser.getText();
    }

    boolean yesOrNo(String path) throws IOException, BundleException {
        if (parser.currentToken() != JsonToken.VALUE_TRUE && parser.currentToken() != JsonToken.VALUE_FALSE) {
            throw unexpected(path + " is neither true nor false");
        }
        return parser.getBooleanValue();
    }

    /**
     * Bytes written as Base64; decoded while they are read, so that the text is never held whole a second time.
     *
     * @param expected how many there may be, to begin with
     */
    byte[] bytes(String path, int expected) throws IOException, BundleException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw unexpected(path + " is not a text");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(expected);
        try {
            parser.readBinaryValue(Base64Variants.MIME_NO_LINEFEEDS, out);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw unexpected(path + " is not Base64");
        }
        return out.toByteArray();
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isEmptyArray() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return false;
        }
        boolean empty = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            empty = false;
            parser.skipChildren();
        }
        return empty;
    }

    BundleException unexpected(String what) {
        return BundleException.invalid(where + " in which " + what, "the fields of the format");
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
