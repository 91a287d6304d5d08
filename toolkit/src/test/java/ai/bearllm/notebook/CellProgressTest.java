package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.Progress.Unit;
import ai.bearllm.progress.ProgressListener;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CellProgressTest {
    private static final OptionalLong TOTAL = OptionalLong.of(1_000_000);

    private final RecordingKernel kernel = new RecordingKernel();
    private final Display display = Display.of(kernel);

    @Test
    void endsInOneStaticOutputThatSaysOneHundredPercent() {
        ProgressListener progress = display.progress();
        progress.on(new Progress.Started("download of x", TOTAL, Unit.BYTES));
        progress.on(advanced(500_000));
        progress.on(new Progress.Verified("download of x", Duration.ofMillis(1500), "SHA-256 as known"));

        assertThat(kernel.saved()).hasSize(1);
        assertThat(kernel.last().text()).isEqualTo("download of x: 100 %, done in 1.5 s, SHA-256 as known");
        assertThat(kernel.last().html())
                .contains("aria-valuenow=\"100\"")
                .doesNotContain("aria-live", "bear-job-busy\" style");
    }

    @Test
    void showsNothingBeforeItsFirstEvent() {
        display.progress();

        assertThat(kernel.messages).isEmpty();
    }

    @Test
    void beginsOneOutputAndThenOnlyUpdatesIt() {
        ProgressListener progress = display.progress();
        progress.on(new Progress.Started("a", TOTAL, Unit.BYTES));
        LongStream.range(0, 100).forEach(i -> progress.on(advanced(i * 1000)));
        progress.on(new Progress.Cancelled("a"));

        assertThat(kernel.messages)
                .extracting(RecordingKernel.Message::id)
                .containsOnly(kernel.messages.get(0).id());
        assertThat(kernel.messages.get(0).update()).isFalse();
        assertThat(kernel.messages.stream().skip(1)).allMatch(RecordingKernel.Message::update);
    }

    @Test
    void sendsAtMostTenUpdatesASecondHoweverManyJobsRun() throws InterruptedException {
        long begin = System.nanoTime();
        Thread[] jobs = IntStream.range(0, 4).mapToObj(this::floodingJob).toArray(Thread[]::new);
        for (Thread job : jobs) {
            job.start();
        }
        for (Thread job : jobs) {
            job.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;

        assertThat(kernel.saved()).hasSize(4);
        assertThat(kernel.saved().values()).extracting(Rendering::text).allMatch(text -> text.contains("100 %"));
        assertThat((double) kernel.messages.size()).isLessThanOrEqualTo(seconds * 10 + 1);
        assertThat(kernel.messages).hasSizeGreaterThanOrEqualTo(8);
    }

    private Thread floodingJob(int number) {
        return new Thread(() -> {
            ProgressListener progress = display.progress();
            progress.on(new Progress.Started("job " + number, TOTAL, Unit.BYTES));
            long end = System.nanoTime() + Duration.ofMillis(400).toNanos();
            for (long done = 0; System.nanoTime() < end; done++) {
                progress.on(advanced(done));
                Thread.onSpinWait();
            }
            progress.on(new Progress.Verified("job " + number, Duration.ofSeconds(1), ""));
        });
    }

    @Test
    void nothingFollowsTheLastState() {
        for (int i = 0; i < 5; i++) {
            ProgressListener progress = display.progress();
            progress.on(new Progress.Started("job", TOTAL, Unit.BYTES));
            progress.on(advanced(1));
            progress.on(new Progress.Failed("job", "no room"));
            progress.on(advanced(2));
        }

        assertThat(kernel.saved().values()).extracting(Rendering::text).containsOnly("job: 0 %, failed: no room");
    }

    @Test
    void aSecondJobOnTheSameListenerGetsItsOwnOutput() {
        ProgressListener progress = display.progress();
        for (String job : new String[] {"first", "second"}) {
            progress.on(new Progress.Started(job, OptionalLong.empty(), Unit.SAMPLES));
            progress.on(new Progress.Verified(job, Duration.ZERO, "ok"));
        }

        assertThat(kernel.saved().values())
                .extracting(Rendering::text)
                .hasSize(2)
                .first()
                .asString()
                .startsWith("first:");
    }

    @Test
    void aFailingKernelDoesNotBreakTheJob() {
        Display broken = Display.of(new BrokenKernel());
        ProgressListener progress = broken.progress();

        progress.on(new Progress.Started("a", TOTAL, Unit.BYTES));
        progress.on(new Progress.Cancelled("a"));
    }

    private static Progress.Advanced advanced(long done) {
        return new Progress.Advanced("ignored", done, TOTAL, Unit.BYTES, Duration.ofSeconds(1), OptionalDouble.of(2e6));
    }

    private static final class BrokenKernel implements Kernel {
        @Override
        public String name() {
            return "Broken";
        }

        @Override
        public void display(String id, Rendering rendering) {
            throw new IllegalStateException("closed");
        }

        @Override
        public void update(String id, Rendering rendering) {
            throw new IllegalStateException("closed");
        }

        @Override
        public <T> void render(Class<T> type, java.util.function.Function<T, Rendering> rendering) {}

        @Override
        public boolean isWatched() {
            return true;
        }

        @Override
        public boolean rendersAsHtml(Object value) {
            return true;
        }
    }
}
