package ai.bearllm.table;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** HTML read back as structure. What we write is XML too, which is stricter than any browser. */
public final class ParsedHtml {
    private final Document document;

    private ParsedHtml(Document document) {
        this.document = document;
    }

    /** Parses, or fails the test with what was wrong. */
    public static ParsedHtml of(String html) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
            return new ParsedHtml(factory.newDocumentBuilder().parse(new InputSource(new StringReader(html))));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(e.getMessage() + " in: " + html, e);
        }
    }

    /** Elements of this name in the document's order; {@code *} for all. */
    public List<Element> elements(String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    /** Every element's name in the document's order. */
    public List<String> names() {
        return elements("*").stream().map(Element::getTagName).toList();
    }

    /** The texts of the elements of this name. */
    public List<String> texts(String name) {
        return elements(name).stream().map(Element::getTextContent).toList();
    }
}
