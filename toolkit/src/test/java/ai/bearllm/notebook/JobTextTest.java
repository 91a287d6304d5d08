package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.Progress.Unit;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JobTextTest {
    private final JobState bytes = started(OptionalLong.of(363_000), Unit.BYTES);

    @Test
    void saysAmountRateAndTimeLeft() {
        JobState state = bytes.after(advanced(156_000, OptionalLong.of(363_000), Unit.BYTES));

        assertThat(JobText.line(state)).isEqualTo("the job: 42 %, 156 kB of 363 kB, 100 kB/s, 2 s left");
    }

    @Test
    void saysNoPercentWhereTheTotalIsUnknown() {
        JobState begun = started(OptionalLong.empty(), Unit.BYTES);

        assertThat(JobText.line(begun)).isEqualTo("the job: started");
        assertThat(JobText.line(begun.after(advanced(2_000_000, OptionalLong.empty(), Unit.BYTES))))
                .isEqualTo("the job: 2.00 MB, 100 kB/s");
    }

    @Test
    void countsSamplesWithoutARate() {
        JobState state =
                started(OptionalLong.of(20), Unit.SAMPLES).after(advanced(5, OptionalLong.of(20), Unit.SAMPLES));

        assertThat(JobText.line(state))
                .startsWith("the job: 25 %, 5 of 20 samples")
                .doesNotContain("/s");
    }

    @Test
    void doesNotSayOneHundredPercentTooEarly() {
        JobState state = bytes.after(advanced(362_999, OptionalLong.of(363_000), Unit.BYTES));

        assertThat(JobText.line(state)).startsWith("the job: 99 %");
    }

    @Test
    void saysWhyItWaitsAndHowItEnded() {
        assertThat(JobText.line(bytes.after(new Progress.Paused("the job", "the server asked for it"))))
                .isEqualTo("the job: 0 %, paused: the server asked for it");
        assertThat(JobText.line(bytes.after(new Progress.Paused("the job", "")).after(new Progress.Resumed("the job"))))
                .isEqualTo("the job: 0 %, 0 B of 363 kB");
        assertThat(JobText.line(bytes.after(new Progress.Failed("the job", "no room\nat all"))))
                .isEqualTo("the job: 0 %, failed: no room at all");
        assertThat(JobText.line(bytes.after(new Progress.Cancelled("the job")))).isEqualTo("the job: 0 %, cancelled");
    }

    @Test
    void speaksOnlyAtQuarters() {
        JobState state = bytes.after(advanced(156_000, OptionalLong.of(363_000), Unit.BYTES));

        assertThat(JobText.spoken(state)).isEqualTo("the job: 25 %");
    }

    @Test
    void htmlEscapesWhatJobsSay() {
        JobState state = new JobState(
                        "<script>",
                        JobState.Phase.RUNNING,
                        0,
                        OptionalLong.empty(),
                        Unit.BYTES,
                        Duration.ZERO,
                        OptionalDouble.empty(),
                        java.util.Optional.empty(),
                        "")
                .after(new Progress.Failed("x", "\"><img src=x>"));

        assertThat(JobHtml.of(state)).doesNotContain("<script", "<img").contains("&lt;script&gt;");
    }

    @Test
    void anUnknownShareIsIndeterminateToScreenReaders() {
        String html = JobHtml.of(started(OptionalLong.empty(), Unit.BYTES));

        assertThat(html)
                .contains("role=\"progressbar\"", "aria-live=\"polite\"")
                .doesNotContain("aria-valuenow");
    }

    private static JobState started(OptionalLong total, Unit unit) {
        return JobState.started(new Progress.Started("the job", total, unit));
    }

    private static Progress.Advanced advanced(long done, OptionalLong total, Unit unit) {
        return new Progress.Advanced("the job", done, total, unit, Duration.ofSeconds(2), OptionalDouble.of(100_000));
    }
}
