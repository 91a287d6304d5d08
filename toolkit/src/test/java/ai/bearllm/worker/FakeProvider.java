package ai.bearllm.worker;

/** Offers the fake engine to a worker. */
public final class FakeProvider extends DressedProvider {
    public FakeProvider() {
        super("fake", "Answers with the prompt in reverse.");
    }
}
