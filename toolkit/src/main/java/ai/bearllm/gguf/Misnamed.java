package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Recognizes what people have in a .gguf file when it is not one. */
final class Misnamed {
    private Misnamed() {}

    static GgufFormatException refuse(String source, byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        String found = "it begins with " + HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(4, start.length));
        String fix = GgufFormatException.FIX;
        if (start.length == 0) {
            found = "it is empty";
        } else if (text.startsWith("<")) {
            found = "it begins like a web page";
            fix = "Download the file itself, not the page that shows it; a login or licence page may stand in the way.";
        } else if (text.startsWith("version https://git-lfs")) {
            found = "it is a Git LFS pointer, which stands for the file";
            fix = "Fetch the file behind it with 'git lfs pull', or download it.";
        } else if (text.startsWith("lmgg") || text.startsWith("tjgg") || text.startsWith("fmgg")) {
            found = "it is a GGML file from before August 2023";
            fix = "Get the model as GGUF; nothing current reads the older format.";
        } else if (text.startsWith("pk")) {
            found = "it is a zip archive, perhaps of PyTorch";
            fix = "Unpack it, or get the model as GGUF.";
        }
        Finding finding =
                Finding.at(Severity.ERROR, "magic", 0, found, "the four bytes \"GGUF\"", "nothing would load it");
        return new GgufFormatException(source, List.of(finding), fix);
    }
}
