package ai.bearllm.table;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class TablesTest {
    private static final Sheet MODELS = Sheet.of("Models")
            .columns("model", "size")
            .column("rate", "tokens/s")
            .columns("here", "load", "when")
            .row("tiny", new ByteSize(2_000_000), 12.5, true, Duration.ofMillis(250), Instant.EPOCH)
            .row("large", null, null, null, null, null)
            .note("A note.")
            .build();

    @Test
    void htmlHasCaptionHeadingsWithScopeAndRowHeaders() {
        ParsedHtml html = ParsedHtml.of(Tables.html(MODELS));
        assertThat(html.texts("caption")).containsExactly("Models");
        assertThat(html.elements("th"))
                .filteredOn(th -> th.getAttribute("scope").equals("col"))
                .extracting(Element::getTextContent)
                .containsExactly("model", "size", "rate (tokens/s)", "here", "load", "when");
        assertThat(html.elements("th"))
                .filteredOn(th -> th.getAttribute("scope").equals("row"))
                .extracting(Element::getTextContent)
                .containsExactly("tiny", "large");
        assertThat(html.texts("p")).containsExactly("A note.");
    }

    @Test
    void htmlAlignsNumbersToTheRightAndSaysUnknown() {
        List<Element> cells = ParsedHtml.of(Tables.html(MODELS)).elements("td");
        assertThat(cells.get(0).getTextContent()).isEqualTo("2.00 MB");
        assertThat(cells.get(0).getAttribute("style")).contains("right");
        assertThat(cells.get(2).getTextContent()).isEqualTo("yes");
        assertThat(cells.get(2).getAttribute("style")).contains("left");
        assertThat(cells.subList(5, 10)).extracting(Element::getTextContent).containsOnly("unknown");
    }

    @Test
    void htmlOfASheetWithoutColumnsIsSentences() {
        ParsedHtml html = ParsedHtml.of(Tables.html(
                Sheet.of("Doctor").note("All is well.").note("Go on.").build()));
        assertThat(html.texts("p")).containsExactly("Doctor", "All is well.", "Go on.");
        assertThat(html.elements("table")).isEmpty();
    }

    @Test
    void htmlSaysThatThereAreNoRows() {
        ParsedHtml html =
                ParsedHtml.of(Tables.html(Sheet.of("Runs").columns("a", "b").build()));
        assertThat(html.texts("td")).containsExactly("no rows");
    }

    @Test
    void hostileTextStaysText() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            String caption = HostileText.next(random);
            String heading = HostileText.next(random);
            String cell = HostileText.next(random);
            String note = HostileText.next(random);
            Sheet sheet = Sheet.of(caption)
                    .columns(heading, "x")
                    .row(cell, cell)
                    .note(note)
                    .build();
            ParsedHtml html = ParsedHtml.of(Tables.html(sheet));
            assertThat(html.names())
                    .as("seed " + seed)
                    .containsExactly(
                            "div", "style", "table", "caption", "thead", "tr", "th", "th", "tbody", "tr", "th", "td",
                            "p");
            assertThat(html.texts("td")).as("seed " + seed).containsExactly(shown(cell));
            assertThat(html.texts("caption")).as("seed " + seed).containsExactly(shown(caption));
            assertThat(html.texts("p")).as("seed " + seed).containsExactly(shown(note));
        }
    }

    @Test
    void tablesawColumnsAreTyped() {
        Table table = Tables.tablesaw(MODELS);
        assertThat(table.name()).isEqualTo("Models");
        assertThat(table.columnNames())
                .containsExactly("model", "size (bytes)", "rate (tokens/s)", "here", "load (s)", "when");
        assertThat(table.types())
                .containsExactly(
                        ColumnType.STRING,
                        ColumnType.LONG,
                        ColumnType.DOUBLE,
                        ColumnType.BOOLEAN,
                        ColumnType.DOUBLE,
                        ColumnType.INSTANT);
        assertThat(table.longColumn("size (bytes)").get(0)).isEqualTo(2_000_000L);
        assertThat(table.doubleColumn("load (s)").get(0)).isEqualTo(0.25);
        for (int column = 1; column < 6; column++) {
            assertThat(table.column(column).isMissing(1)).isTrue();
        }
    }

    @Test
    void tablesawKeepsTwinHeadingsApartAndMixedCellsAsText() {
        Table table = Tables.tablesaw(Sheet.of("t")
                .columns("a", "A", "mixed")
                .row(1, 2, "x")
                .row(3L, 4.5, 6)
                .build());
        assertThat(table.columnNames()).containsExactly("a", "A 2", "mixed");
        assertThat(table.types()).containsExactly(ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING);
    }

    private static String shown(String text) {
        return Sheet.format(text).replace('\uffff', '\uFFFD');
    }
}
