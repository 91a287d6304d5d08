package ai.bearllm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyMeterTest {
    @TempDir
    Path powercap;

    @Test
    void addsThePackagesUpAndCountsNoPartTwice() throws IOException {
        zone("intel-rapl:0", "package-0", 1_000_000);
        zone("intel-rapl:1", "package-1", 5_000_000);
        zone("intel-rapl:0:0", "core", 9);
        zone("intel-rapl:2", "psys", 9);
        EnergyMeter meter = EnergyMeter.in(powercap);
        EnergyMeter.Reading before = meter.read();
        count("intel-rapl:0", 3_500_000);
        count("intel-rapl:1", 5_250_000);
        count("intel-rapl:2", 900_000_000);

        assertThat(meter.joules(before, meter.read()).orElseThrow()).isEqualTo(2.75, within(1e-9));
    }

    @Test
    void goesOnWhereACounterBeganAgain() throws IOException {
        zone("intel-rapl:0", "package-0", 262_000_000_000L);
        EnergyMeter meter = EnergyMeter.in(powercap);
        EnergyMeter.Reading before = meter.read();
        count("intel-rapl:0", 1_000_000);

        assertThat(meter.joules(before, meter.read()).orElseThrow()).isEqualTo(144.328850, within(1e-9));
    }

    @Test
    void knowsNothingWhereACounterCannotBeRead() throws IOException {
        zone("intel-rapl:0", "package-0", 1_000_000);
        zone("intel-rapl:1", "package-1", 1_000_000);
        EnergyMeter meter = EnergyMeter.in(powercap);
        EnergyMeter.Reading before = meter.read();
        Files.delete(powercap.resolve("intel-rapl:1/energy_uj"));
        assertThat(meter.joules(before, meter.read())).isEmpty();
        Files.writeString(powercap.resolve("intel-rapl:1/energy_uj"), "many");
        assertThat(meter.joules(before, meter.read())).isEmpty();

        EnergyMeter none = EnergyMeter.in(powercap.resolve("absent"));
        assertThat(none.joules(none.read(), none.read())).isEmpty();
    }

    private void zone(String zone, String name, long microjoules) throws IOException {
        Path folder = Files.createDirectory(powercap.resolve(zone));
        Files.writeString(folder.resolve("name"), name + "\n");
        Files.writeString(folder.resolve("max_energy_range_uj"), "262143328850\n");
        count(zone, microjoules);
    }

    private void count(String zone, long microjoules) throws IOException {
        Files.writeString(powercap.resolve(zone).resolve("energy_uj"), microjoules + "\n");
    }
}
