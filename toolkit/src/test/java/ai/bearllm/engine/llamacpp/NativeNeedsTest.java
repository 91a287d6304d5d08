package ai.bearllm.engine.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeNeedsTest {
    @TempDir
    Path root;

    private NativeNeeds linux() {
        return new NativeNeeds("linux", "x86_64", root, "");
    }

    private void put(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "lib64"})
    void areMetByLibrariesInTheLoadersOwnFolders(String folder) throws IOException {
        put(folder + "/libgomp.so.1");
        put(folder + "/libstdc++.so.6");
        assertThat(linux().missing()).isEmpty();
    }

    @Test
    void areMetByLibrariesInTheLoadersCacheOrItsPath() throws IOException {
        put("own/libstdc++.so.6");
        put("opt/gcc/libgomp.so.1");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/ld.so.cache"), "glibc-ld.so.cache1.1\0libgomp.so.1\0/opt/gcc/libgomp.so.1\0");
        assertThat(new NativeNeeds("linux", "x86_64", root, "/nowhere:" + root.resolve("own")).missing())
                .isEmpty();
    }

    @Test
    void nameThePackageOfAMissingLibrary() throws IOException {
        put("usr/lib/libstdc++.so.6");
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/ld.so.cache"), "\0/usr/lib/libgomp.so.10\0/gone/libgomp.so.1\0");
        assertThat(linux().missing()).get().asString().contains("libgomp.so.1 is missing", "apt-get install libgomp1");
    }

    @Test
    void turnTheLoadersMessageIntoAPackage() {
        assertThat(NativeNeeds.fixOf("/x/libjllama.so: libgomp.so.1: cannot open shared object file"))
                .get()
                .asString()
                .contains("libgomp1");
        assertThat(NativeNeeds.fixOf("failed to map segment from shared object"))
                .isEmpty();
    }

    @Test
    void areNotMetByAnotherCLibrary() throws IOException {
        put("lib/ld-musl-x86_64.so.1");
        assertThat(linux().missing()).get().asString().contains("musl");
    }

    @Test
    void areNotMetOnSystemsThatTheLibraryIsNotBuiltFor() {
        assertThat(new NativeNeeds("linux", "riscv64", root, "").missing())
                .get()
                .asString()
                .contains("riscv64");
        assertThat(new NativeNeeds("freebsd", "x86_64", root, "").missing()).isPresent();
        assertThat(new NativeNeeds("windows", "aarch64", root, "").missing()).isPresent();
        assertThat(new NativeNeeds("mac", "aarch64", root, "").missing()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Linux,linux", "Mac OS X,mac", "Darwin,mac", "Windows 11,windows"})
    void knowSystemsByTheNamesThatJavaGives(String name, String system) {
        assertThat(NativeNeeds.system(name)).isEqualTo(system);
    }

    @ParameterizedTest
    @CsvSource({"amd64,x86_64", "x86_64,x86_64", "aarch64,aarch64", "arm64,aarch64", "i386,x86"})
    void knowProcessorsByTheNamesThatJavaGives(String name, String architecture) {
        assertThat(NativeNeeds.architecture(name)).isEqualTo(architecture);
    }

    @Test
    void theJarHoldsALibraryForEverySystemThatPasses() {
        for (String place : new String[] {
            "Linux/x86_64/libjllama.so", "Linux/aarch64/libjllama.so", "Mac/x86_64/libjllama.dylib",
            "Mac/aarch64/libjllama.dylib", "Windows/x86_64/jllama.dll", "Windows/x86/jllama.dll"
        }) {
            assertThat(NativeNeedsTest.class.getResource("/de/kherud/llama/" + place))
                    .as(place)
                    .isNotNull();
        }
    }
}
