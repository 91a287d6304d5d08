package ai.bearllm.chart;

/** Draws a chart in a process of its own, twice: the second failure has another class. */
final class FontlessProgram {
    private FontlessProgram() {}

    public static void main(String[] args) {
        Figure figure = Chart.intervals("t", "a", "u").point("s", "l", 1).figure();
        try {
            figure.svg(Theme.LIGHT);
        } catch (RuntimeException e) {
            System.out.println("svg: " + e);
        }
        System.out.println(figure.html());
    }
}
