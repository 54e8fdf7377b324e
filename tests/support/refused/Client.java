// Sends each case's request so many times by java.net.http; prints which statuses, or errors, it saw.
// One case a line, with tabs between: name, method, URL, form, size, then header names and values in turn.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

public class Client {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        int times = Integer.parseInt(arguments[0]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t");
            for (int turn = 0; turn < times; turn++) {
                System.out.println(parts[0] + "\t" + attempt(client, parts));
            }
        }
    }

    static String attempt(HttpClient client, String[] parts) {
        byte[] body = new byte[Integer.parseInt(parts[4])];
        Arrays.fill(body, (byte) 'x');
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(parts[2]))
            .timeout(Duration.ofSeconds(20))
            .expectContinue(parts[3].equals("expect"))
            .method(parts[1], parts[3].equals("chunked")
                ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (int at = 5; at + 1 < parts.length; at += 2) {
            request.header(parts[at], parts[at + 1]);
        }
        try {
            return String.valueOf(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode());
        } catch (Exception error) {
            return error.toString();
        }
    }
}
