package ai.bearllm.machine;

/** Shows the machine, in a process of its own. */
final class MachineProgram {
    private MachineProgram() {}

    public static void main(String[] args) {
        Machine.here().show();
    }
}
